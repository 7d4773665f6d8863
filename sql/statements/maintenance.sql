-- name: ping
SELECT 1

-- name: acquireLease
INSERT INTO lease (name, holder, date_expires)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, date_expires = excluded.date_expires
WHERE lease.holder = excluded.holder OR lease.date_expires < clock_timestamp()
RETURNING name

-- name: releaseLease
DELETE FROM lease WHERE name = $1 AND holder = $2

-- name: pruneWrites
DELETE FROM recent_write
WHERE id IN (SELECT id FROM recent_write
             WHERE date_created < clock_timestamp() - make_interval(secs => $1)
             ORDER BY date_created LIMIT $2 FOR UPDATE SKIP LOCKED)

-- name: pruneKeys
DELETE FROM idempotency
WHERE (account_sid, key) IN (SELECT account_sid, key FROM idempotency
                             WHERE date_created < clock_timestamp() - make_interval(secs => $1)
                             ORDER BY date_created LIMIT $2 FOR UPDATE SKIP LOCKED)

-- name: purgeDocuments
-- Documents that were deleted, and those of deleted Services, with their permissions.
WITH due AS (
    SELECT document.service_sid, document.sid FROM document
    JOIN purge ON purge.service_sid = document.service_sid AND (purge.sid = document.sid OR purge.kind = 'service')
    WHERE purge.kind IN ('document', 'service')
      AND purge.date_created < clock_timestamp() - make_interval(secs => $1)
    LIMIT $2
    FOR UPDATE OF document SKIP LOCKED
), unpermitted AS (
    DELETE FROM permission WHERE (service_sid, object_sid) IN (SELECT service_sid, sid FROM due)
), done AS (
    DELETE FROM purge WHERE kind = 'document' AND sid IN (SELECT sid FROM due)
)
DELETE FROM document WHERE (service_sid, sid) IN (SELECT service_sid, sid FROM due)

-- name: purgeServices
-- A minute's grace, so that a delete whose answer was lost still finds what it deleted.
WITH due AS (
    SELECT sid FROM purge
    WHERE kind = 'service' AND date_created < clock_timestamp() - make_interval(secs => $1)
      AND NOT EXISTS (SELECT FROM document WHERE document.service_sid = purge.service_sid)
    ORDER BY date_created
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM service WHERE sid IN (SELECT sid FROM due)
)
DELETE FROM purge WHERE sid IN (SELECT sid FROM due)
