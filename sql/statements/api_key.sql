-- name: create
INSERT INTO api_key (sid, account_sid, friendly_name, secret, master_key_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (sid) DO NOTHING
RETURNING sid, account_sid, friendly_name, date_created

-- name: get
SELECT sid, account_sid, friendly_name, date_created FROM api_key WHERE sid = $1

-- name: page
SELECT sid, account_sid, friendly_name, date_created FROM api_key
WHERE account_sid = $1 AND sid > $2
ORDER BY sid
LIMIT $3

-- name: setSecret
WITH first AS (INSERT INTO recent_write (id) VALUES ($4) ON CONFLICT DO NOTHING RETURNING id), changed AS (
    UPDATE api_key SET secret = $2, master_key_id = $3 FROM first WHERE sid = $1
    RETURNING sid, account_sid, friendly_name, date_created
), told AS (INSERT INTO invalidation (kind, subject) SELECT 'api_key', sid FROM changed)
SELECT sid, account_sid, friendly_name, date_created FROM changed

-- name: delete
WITH gone AS (DELETE FROM api_key WHERE sid = $1 RETURNING sid)
INSERT INTO invalidation (kind, subject) SELECT 'api_key', sid FROM gone
RETURNING subject

-- name: credential
SELECT api_key.sid, account_sid, active, secret, api_key.master_key_id
FROM api_key JOIN account ON account.sid = account_sid
WHERE api_key.sid = $1
