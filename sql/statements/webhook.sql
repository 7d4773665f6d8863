-- name: add
-- In the order of the changes, which the ids follow; the queue's rows in the order of their keys, as on every node.
WITH event AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY
        AS event (service_sid, object_sid, parameters, number)
), delivery AS (
    INSERT INTO webhook_delivery (service_sid, object_sid, parameters)
    SELECT service_sid, object_sid, parameters FROM event ORDER BY number
)
INSERT INTO webhook_queue (service_sid, object_sid)
SELECT DISTINCT service_sid, object_sid FROM event ORDER BY service_sid, object_sid
ON CONFLICT (service_sid, object_sid) DO UPDATE SET version = webhook_queue.version + 1

-- name: claim
-- Whoever died with a claim leaves it due again when its time is over.
WITH due AS (
    SELECT service_sid, object_sid FROM webhook_queue
    WHERE date_due <= clock_timestamp()
    ORDER BY date_due LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE webhook_queue AS queue
SET claim = $1, date_due = clock_timestamp() + make_interval(secs => $3)
FROM due
WHERE queue.service_sid = due.service_sid AND queue.object_sid = due.object_sid
RETURNING queue.service_sid, queue.object_sid, queue.version

-- name: extend
UPDATE webhook_queue SET date_due = clock_timestamp() + make_interval(secs => $4)
WHERE service_sid = $1 AND object_sid = $2 AND claim = $3
RETURNING service_sid, object_sid, version

-- name: deliveries
SELECT delivery.id, token, parameters, webhook_url
FROM webhook_delivery AS delivery
LEFT JOIN service ON service.sid = delivery.service_sid AND service.deleted_at IS NULL
WHERE delivery.service_sid = $1 AND delivery.object_sid = $2
ORDER BY delivery.id
LIMIT $3

-- name: remove
DELETE FROM webhook_delivery AS delivery
USING webhook_queue AS queue
WHERE delivery.service_sid = $1 AND delivery.object_sid = $2 AND delivery.id = $4
  AND queue.service_sid = $1 AND queue.object_sid = $2 AND queue.claim = $3

-- name: release
UPDATE webhook_queue SET claim = NULL, date_due = clock_timestamp() + make_interval(secs => $4)
WHERE service_sid = $1 AND object_sid = $2 AND claim = $3

-- name: finish
-- Not while a delivery has come since: its transaction may be the one that this waited for.
DELETE FROM webhook_queue
WHERE service_sid = $1 AND object_sid = $2 AND claim = $3 AND version = $4
