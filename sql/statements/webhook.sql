-- The outbox, and what sends it. A line is claimed, not a delivery: the line of an object, or that of one delivery that has
-- left it.

-- name: add
-- In the order of the changes, which the ids follow; the queue's rows in the order of their keys, as everywhere. A line that
-- waits for another attempt goes on waiting.
WITH event AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[]) WITH ORDINALITY
        AS event (service_sid, object_sid, salt, event_type, parameters, number)
), delivery AS (
    INSERT INTO webhook_delivery (service_sid, line, object_sid, salt, event_type, parameters)
    SELECT service_sid, object_sid, object_sid, salt, event_type, parameters FROM event ORDER BY number
)
INSERT INTO webhook_queue (service_sid, line)
SELECT DISTINCT service_sid, object_sid FROM event ORDER BY service_sid, object_sid
ON CONFLICT (service_sid, line) DO UPDATE
SET version = webhook_queue.version + 1,
    date_due = CASE WHEN webhook_queue.idle THEN clock_timestamp() ELSE webhook_queue.date_due END,
    idle = false

-- name: claim
-- Whoever died with a claim leaves it due again when its time is over. An index takes the time of the statement, which is one
-- time, and not that of the clock, which goes on while it runs.
WITH due AS (
    SELECT ctid AS place FROM webhook_queue
    WHERE date_due <= statement_timestamp()
    ORDER BY date_due LIMIT $2
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE webhook_queue
    SET claim = $1, date_due = clock_timestamp() + make_interval(secs => $3)
    WHERE ctid = ANY (ARRAY(SELECT place FROM due))
    RETURNING service_sid, line, version
)
SELECT claimed.*, service.*, account.auth_token, account.master_key_id
FROM claimed
LEFT JOIN LATERAL (
    SELECT account_sid, webhook_url, webhook_gone, webhook_secret_generation, deleted_at,
           coalesce(webhook_secret_date > clock_timestamp() - interval '1 day', false) AS webhook_secret_changed
    FROM service WHERE sid = claimed.service_sid OFFSET 0) AS service ON service.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT auth_token, master_key_id FROM account WHERE sid = service.account_sid OFFSET 0) AS account ON true

-- name: release
-- Of a claim whose answer was lost. No index knows claims: of those that are not due, all are looked at; it is done once when
-- the database was lost.
UPDATE webhook_queue SET date_due = statement_timestamp()
WHERE claim = $1 AND date_due > statement_timestamp()

-- name: read
-- What claimed lines hold. A statement of its own: what came before the claim is seen, also what the claim waited for.
SELECT asked.number::integer AS number, delivery.*
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (service_sid, line, number)
CROSS JOIN LATERAL (
    SELECT id, salt, parameters, line = object_sid AS in_line, attempts,
           (extract(epoch FROM clock_timestamp() - date_first) * 1000)::bigint AS held
    FROM webhook_delivery
    WHERE service_sid = asked.service_sid AND line = asked.line AND state = 'pending'
    ORDER BY id LIMIT $3) AS delivery
ORDER BY asked.number, delivery.id

-- name: settle
-- Gives lines back, with what became of their deliveries; nothing of a line that somebody else has claimed meanwhile. A line
-- without deliveries becomes idle, unless one has come since it was claimed. Rows of the queue are found as conflicts, so
-- that they are locked in the order of their keys, and judged as they are then; one that is new is that of a delivery which
-- leaves its line.
WITH settled AS (
    INSERT INTO webhook_queue (service_sid, line, claim, version, idle, date_due)
    SELECT service_sid, line, claim, version, idle, clock_timestamp() + make_interval(secs => pause)
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[], $6::float8[])
        AS mine (service_sid, line, claim, version, idle, pause)
    ON CONFLICT (service_sid, line) DO UPDATE
    SET claim = NULL,
        idle = excluded.idle AND webhook_queue.version = excluded.version,
        date_due = CASE WHEN excluded.idle AND webhook_queue.version <> excluded.version
                        THEN clock_timestamp() ELSE excluded.date_due END
    WHERE webhook_queue.claim = excluded.claim
    RETURNING service_sid, line
), result AS (
    SELECT result.*, found.ctid AS place
    FROM unnest($7::uuid[], $8::uuid[], $9::bigint[], $10::uuid[], $11::text[], $12::integer[], $13::integer[],
                $14::integer[], $15::text[], $16::text[])
        AS result (service_sid, line, id, new_line, state, attempts, status, millis, error, response)
    CROSS JOIN LATERAL (
        SELECT ctid FROM webhook_delivery WHERE service_sid = result.service_sid AND id = result.id OFFSET 0) AS found
    WHERE EXISTS (
        SELECT FROM settled WHERE settled.service_sid = result.service_sid AND settled.line = result.line)
), attempt AS (
    INSERT INTO webhook_attempt (service_sid, delivery_id, number, status, millis, error, response, date_created)
    SELECT service_sid, id, attempts, status, millis, error, response, clock_timestamp()
    FROM result WHERE millis IS NOT NULL AND (error IS NOT NULL OR attempts > 1)
    ON CONFLICT DO NOTHING
)
UPDATE webhook_delivery AS delivery
SET line = result.new_line, state = result.state, attempts = result.attempts, status = result.status,
    millis = result.millis, error = result.error,
    date_first = CASE WHEN result.error IS NULL THEN date_first ELSE coalesce(date_first, clock_timestamp()) END,
    date_done = CASE WHEN result.state = 'pending' THEN NULL ELSE clock_timestamp() END
FROM result
WHERE delivery.ctid = result.place AND delivery.state = 'pending'

-- name: remove
-- Lines without deliveries, if none has come since.
DELETE FROM webhook_queue AS queue
USING (
    SELECT mine.*, found.ctid AS place
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) AS mine (service_sid, line, claim, version)
    CROSS JOIN LATERAL (
        SELECT ctid FROM webhook_queue WHERE service_sid = mine.service_sid AND line = mine.line OFFSET 0) AS found
) AS mine
WHERE queue.ctid = mine.place AND queue.claim = mine.claim AND queue.version = mine.version
RETURNING queue.service_sid, queue.line

-- name: gone
-- Until the URL is set anew; not if that has been done already.
UPDATE service SET webhook_gone = true WHERE sid = $1 AND webhook_url = $2 AND deleted_at IS NULL

-- name: backlog
-- Of what waits, as far as it is counted.
SELECT count(*)::integer AS depth, coalesce(extract(epoch FROM clock_timestamp() - min(date_created)), 0)::float8 AS age
FROM (SELECT date_created FROM webhook_delivery WHERE state = 'pending' LIMIT $1) AS pending

-- name: prune
-- Deliveries that have been over for a while, with their attempts; not one that is to be sent again.
WITH old AS MATERIALIZED (
    SELECT ctid AS place, service_sid, id FROM webhook_delivery
    WHERE date_done < statement_timestamp() - make_interval(secs => $1)
    ORDER BY date_done LIMIT $2
), attempt AS (
    DELETE FROM webhook_attempt WHERE ctid = ANY (ARRAY(
        SELECT attempt.ctid FROM old
        CROSS JOIN LATERAL (
            SELECT ctid FROM webhook_attempt
            WHERE service_sid = old.service_sid AND delivery_id = old.id OFFSET 0) AS attempt))
)
DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(SELECT place FROM old)) AND date_done IS NOT NULL
