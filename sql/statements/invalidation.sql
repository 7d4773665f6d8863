-- name: since
-- One row at least: the horizon, from which the next reader asks again, comes also when nothing was invalidated. What a
-- transaction below it wrote, this snapshot has seen; what one at or above it wrote comes at the next call, perhaps twice.
SELECT pg_snapshot_xmin(snapshot)::text AS horizon, kind, subject
FROM pg_current_snapshot() AS snapshot
LEFT JOIN invalidation ON xid >= $1::text::xid8

-- name: horizon
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon

-- name: prune
DELETE FROM invalidation
WHERE id IN (SELECT id FROM invalidation
             WHERE date_created < statement_timestamp() - make_interval(secs => $1)
             ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
