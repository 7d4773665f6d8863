-- name: mark
INSERT INTO recent_write (id, taken) VALUES ($1, false)

-- name: take
INSERT INTO recent_write (id, taken) VALUES ($1, true) ON CONFLICT DO NOTHING

-- name: taken
SELECT taken FROM recent_write WHERE id = $1
