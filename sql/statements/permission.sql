-- name: put
-- Nothing when the object is not there: it may be gone since it was looked up. Who can read no longer follows no longer.
WITH object AS (
    SELECT service_sid, sid FROM {table}
    WHERE service_sid = $1 AND sid = $2 AND deleted_at IS NULL
    FOR SHARE
), told AS (
    INSERT INTO invalidation (kind, subject) SELECT 'permission', sid FROM object WHERE NOT $4
)
INSERT INTO permission (service_sid, object_sid, identity, can_read, can_write, can_manage)
SELECT service_sid, sid, $3, $4, $5, $6 FROM object
ON CONFLICT (service_sid, object_sid, identity)
DO UPDATE SET can_read = excluded.can_read, can_write = excluded.can_write, can_manage = excluded.can_manage
RETURNING service_sid, object_sid, identity, can_read, can_write, can_manage

-- name: get
SELECT service_sid, object_sid, identity, can_read, can_write, can_manage
FROM permission
WHERE service_sid = $1 AND object_sid = $2 AND identity = $3

-- name: delete
WITH told AS (
    INSERT INTO invalidation (kind, subject)
    SELECT 'permission', object_sid FROM permission WHERE service_sid = $1 AND object_sid = $2 AND identity = $3
)
DELETE FROM permission WHERE service_sid = $1 AND object_sid = $2 AND identity = $3

-- name: pageAfter
SELECT service_sid, object_sid, identity, can_read, can_write, can_manage
FROM permission
WHERE service_sid = $1 AND object_sid = $2 AND identity > $3
ORDER BY identity
LIMIT $4

-- name: pageBefore
SELECT service_sid, object_sid, identity, can_read, can_write, can_manage
FROM permission
WHERE service_sid = $1 AND object_sid = $2 AND identity < $3
ORDER BY identity DESC
LIMIT $4
