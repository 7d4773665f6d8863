-- name: leave
-- In one message with BEGIN, which can have no parameters: the id is written into it.
INSERT INTO recent_write (id, taken) VALUES ('%s', false)

-- name: take
INSERT INTO recent_write (id, taken) VALUES ($1, true) ON CONFLICT DO NOTHING

-- name: taken
SELECT taken FROM recent_write WHERE id = $1
