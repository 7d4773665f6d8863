-- name: mark
INSERT INTO recent_write (id, taken) VALUES ($1, false)

-- name: take
INSERT INTO recent_write (id, taken) VALUES ($1, true) ON CONFLICT DO NOTHING

-- name: taken
SELECT taken FROM recent_write WHERE id = $1

-- name: prune
DELETE FROM recent_write
WHERE id IN (SELECT id FROM recent_write
             WHERE date_created < clock_timestamp() - make_interval(secs => $1)
             ORDER BY date_created LIMIT $2 FOR UPDATE SKIP LOCKED)
