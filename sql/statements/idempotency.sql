-- name: find
-- Key by key, which OFFSET 0 keeps: a plan that was made, and kept, when the table was small would join by reading all of
-- it, until somebody analyses it.
SELECT kept.*
FROM unnest($1::uuid[], $2::text[]) AS asked (account_sid, key),
     LATERAL (SELECT account_sid, key, fingerprint, status, etag, body, error_code, message
              FROM idempotency
              WHERE idempotency.account_sid = asked.account_sid AND idempotency.key = asked.key
              OFFSET 0) AS kept

-- name: insert
-- A key that another transaction has taken meanwhile fails the batch, which is then decided again and finds it.
INSERT INTO idempotency (account_sid, key, fingerprint, status, etag, body, error_code, message)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[])
