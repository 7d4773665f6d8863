-- Webhooks as an operator sees them. In braces stands what differs between pages: which way they go, and of which deliveries
-- they are.

-- name: get
SELECT service_sid, id, salt, object_sid, event_type, parameters, state, line = object_sid AS in_line, attempts, status,
       millis, error, date_created, date_done
FROM webhook_delivery
WHERE service_sid = $2 AND id = $3 AND salt = $4
  AND $1 = (SELECT account_sid FROM service WHERE sid = $2 AND deleted_at IS NULL)

-- name: attempts
SELECT number, status, millis, error, response, date_created
FROM webhook_attempt
WHERE service_sid = $1 AND delivery_id = $2
ORDER BY number DESC
LIMIT $3

-- name: page
SELECT service_sid, id, salt, object_sid, event_type, parameters, state, line = object_sid AS in_line, attempts, status,
       millis, error, date_created, date_done
FROM webhook_delivery
WHERE service_sid = $2 AND id {comparison} $3 AND {which}
  AND ($5::text IS NULL OR state = $5)
  AND ($6::boolean IS NULL OR (line = object_sid) = $6)
  AND ($7::text IS NULL OR event_type = $7)
  AND ($8::uuid IS NULL OR object_sid = $8)
  AND ($9::timestamptz IS NULL OR date_created >= $9)
  AND ($10::timestamptz IS NULL OR date_created < $10)
  AND $1 = (SELECT account_sid FROM service WHERE sid = $2 AND deleted_at IS NULL)
ORDER BY id {order}
LIMIT $4

-- name: resend
-- In a line of its own; the later ones of its object do not wait for it. One that waits anyway is tried at once.
WITH known AS (
    SELECT service_sid, id, line, state FROM webhook_delivery
    WHERE service_sid = $2 AND id = $3 AND salt = $4
      AND $1 = (SELECT account_sid FROM service WHERE sid = $2 AND deleted_at IS NULL)
    FOR UPDATE
), again AS (
    UPDATE webhook_delivery SET state = 'pending', line = $5, date_done = NULL, date_first = NULL
    WHERE service_sid = $2 AND id = $3 AND state <> 'pending' AND EXISTS (SELECT FROM known)
)
INSERT INTO webhook_queue (service_sid, line)
SELECT service_sid, CASE WHEN state = 'pending' THEN line ELSE $5 END FROM known
ON CONFLICT (service_sid, line) DO UPDATE
SET version = webhook_queue.version + 1, idle = false,
    date_due = CASE WHEN webhook_queue.claim IS NULL OR webhook_queue.idle
                    THEN clock_timestamp() ELSE webhook_queue.date_due END

-- name: settings
SELECT account_sid, webhook_url, webhook_gone, webhook_secret_generation, webhook_secret_date
FROM service WHERE account_sid = $1 AND sid = $2 AND deleted_at IS NULL

-- name: rotate
-- Once, however often it is sent.
UPDATE service SET webhook_secret_generation = webhook_secret_generation + 1, webhook_secret_date = clock_timestamp()
WHERE account_sid = $1 AND sid = $2 AND deleted_at IS NULL AND webhook_secret_generation = $3
