-- name: find
SELECT account_sid, key, fingerprint, status, etag, body, error_code, message
FROM idempotency
WHERE (account_sid, key) IN (SELECT account_sid, key FROM unnest($1::uuid[], $2::text[]) AS asked (account_sid, key))

-- name: insert
-- A key that another transaction has taken meanwhile fails the batch, which is then decided again and finds it.
INSERT INTO idempotency (account_sid, key, fingerprint, status, etag, body, error_code, message)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[])
