-- name: ping
SELECT current_setting('transaction_read_only')::boolean AS read_only

-- name: acquireLease
INSERT INTO lease (name, holder, date_expires)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, date_expires = excluded.date_expires
WHERE lease.holder = excluded.holder OR lease.date_expires < clock_timestamp()
RETURNING name

-- name: releaseLease
DELETE FROM lease WHERE name = $1 AND holder = $2

-- name: pruneWrites
-- Found by the time in their ids, which is that of a node's clock; judged by the database's.
DELETE FROM recent_write
WHERE id IN (SELECT id FROM recent_write
             WHERE id < $3 AND date_created < statement_timestamp() - make_interval(secs => $1)
             ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)

-- name: pruneKeys
DELETE FROM idempotency
WHERE (account_sid, key) IN (SELECT account_sid, key FROM idempotency
                             WHERE date_created < statement_timestamp() - make_interval(secs => $1)
                             ORDER BY date_created LIMIT $2 FOR UPDATE SKIP LOCKED)
