-- name: create
INSERT INTO account (sid, friendly_name, auth_token, master_key_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING sid, friendly_name, active, date_created

-- name: get
SELECT sid, friendly_name, active, date_created FROM account WHERE sid = $1

-- name: page
SELECT sid, friendly_name, active, date_created FROM account
WHERE sid > $1
ORDER BY sid
LIMIT $2

-- name: oldest
SELECT sid, friendly_name, active, date_created FROM account
ORDER BY date_created, sid
LIMIT 1

-- name: setActive
WITH first AS (INSERT INTO recent_write (id) VALUES ($3) ON CONFLICT DO NOTHING RETURNING id),
     changed AS (
         UPDATE account SET active = $2 FROM first WHERE sid = $1
         RETURNING sid, friendly_name, active, date_created
     ), told AS (INSERT INTO invalidation (kind, subject) SELECT 'account', sid FROM changed)
SELECT sid, friendly_name, active, date_created FROM changed

-- name: setAuthToken
WITH first AS (INSERT INTO recent_write (id) VALUES ($4) ON CONFLICT DO NOTHING RETURNING id), changed AS (
    UPDATE account SET auth_token = $2, master_key_id = $3 FROM first WHERE sid = $1
    RETURNING sid, friendly_name, active, date_created
), told AS (INSERT INTO invalidation (kind, subject) SELECT 'account', sid FROM changed)
SELECT sid, friendly_name, active, date_created FROM changed

-- name: credential
SELECT sid, sid AS account_sid, active, auth_token AS secret, master_key_id FROM account WHERE sid = $1
