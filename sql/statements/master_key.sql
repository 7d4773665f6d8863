-- name: register
INSERT INTO master_key (id, canary) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: active
SELECT id, canary FROM master_key WHERE active
