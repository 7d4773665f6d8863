-- name: lock
-- Names are looked up first, so that rows are locked by key alone, and in one order on every node. A row that had to be
-- waited for is judged anew, by itself: in a join PostgreSQL would judge the join anew, and miss rows in some plans.
WITH named AS MATERIALIZED (
    SELECT service_sid, sid FROM unnest($1::uuid[], $2::uuid[]) AS by_sid (service_sid, sid)
    UNION
    SELECT by_name.service_sid, found.sid
    FROM unnest($3::uuid[], $4::text[]) AS by_name (service_sid, name)
    CROSS JOIN LATERAL (
        SELECT sid FROM document
        WHERE service_sid = by_name.service_sid AND unique_name = by_name.name AND deleted_at IS NULL
        OFFSET 0) AS found
    ORDER BY service_sid, sid
)
SELECT locked.* FROM named
CROSS JOIN LATERAL (
    SELECT service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated, date_expires
    FROM document
    WHERE service_sid = named.service_sid AND sid = named.sid AND deleted_at IS NULL
    OFFSET 0
    FOR UPDATE) AS locked

-- name: services
-- After the locks, and with the time: what is decided is decided on what is true while they are held.
SELECT sid, account_sid, acl_enabled, webhook_url IS NOT NULL AS webhooks, webhooks_from_rest_enabled,
       clock_timestamp() AS now
FROM unnest($1::uuid[]) AS named (wanted)
CROSS JOIN LATERAL (SELECT * FROM service WHERE sid = named.wanted OFFSET 0) AS service
WHERE deleted_at IS NULL

-- name: rights
SELECT permission.*
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS asked (service_sid, object_sid, identity)
CROSS JOIN LATERAL (
    SELECT object_sid, identity, can_read, can_write, can_manage
    FROM permission
    WHERE service_sid = asked.service_sid AND object_sid = asked.object_sid AND identity = asked.identity
    OFFSET 0) AS permission

-- name: insert
-- A name that another transaction has taken meanwhile fails the batch, which is then decided again.
INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated,
                      date_expires)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[],
                     $8::timestamptz[], $9::timestamptz[])

-- name: update
-- The rows are there, and locked. They are found by their keys as conflicts: in a join with a table that the planner
-- believes to be small, all of it is read.
INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated,
                      date_expires)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[],
                     $8::timestamptz[], $9::timestamptz[])
ON CONFLICT (service_sid, sid) DO UPDATE
SET data = excluded.data, last_event_id = excluded.last_event_id, date_updated = excluded.date_updated,
    date_expires = excluded.date_expires

-- name: remove
-- Found as those of an update are.
WITH gone AS (
    INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created, date_updated,
                          date_expires)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[],
                         $8::timestamptz[], $9::timestamptz[])
    ON CONFLICT (service_sid, sid) DO UPDATE SET deleted_at = clock_timestamp()
    RETURNING service_sid, sid
)
INSERT INTO purge (sid, kind, service_sid, write_id)
SELECT sid, 'document', service_sid, $10 FROM gone

-- name: grant
INSERT INTO permission (service_sid, object_sid, identity, can_read, can_write, can_manage)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[])

-- name: get
-- Of many at once: each key is an account, a Service and a document, and its row tells its number. OFFSET 0 keeps each a
-- look-up of its own, by index, whatever the planner believes of tables that it has no statistics of.
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS asked (account_sid, service_sid, sid, number)
CROSS JOIN LATERAL (
    SELECT document.service_sid, document.sid, document.unique_name, data, last_event_id, created_by,
           document.date_created, document.date_updated, date_expires
    FROM document
    JOIN service ON service.sid = service_sid AND service.account_sid = asked.account_sid AND service.deleted_at IS NULL
    WHERE service_sid = asked.service_sid AND document.sid = asked.sid AND document.deleted_at IS NULL
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
    OFFSET 0) AS found

-- name: getByName
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS asked (account_sid, service_sid, name, number)
CROSS JOIN LATERAL (
    SELECT document.service_sid, document.sid, document.unique_name, data, last_event_id, created_by,
           document.date_created, document.date_updated, date_expires
    FROM document
    JOIN service ON service.sid = service_sid AND service.account_sid = asked.account_sid AND service.deleted_at IS NULL
    WHERE service_sid = asked.service_sid AND document.unique_name = asked.name AND document.deleted_at IS NULL
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
    OFFSET 0) AS found

-- name: pageAfter
SELECT document.service_sid, document.sid, document.unique_name, data, last_event_id, created_by,
       document.date_created, document.date_updated, date_expires
FROM document
JOIN service ON service.sid = service_sid AND service.account_sid = $1 AND service.deleted_at IS NULL
WHERE service_sid = $2 AND document.sid > $3 AND document.deleted_at IS NULL
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
ORDER BY document.sid
LIMIT $4

-- name: pageBefore
SELECT document.service_sid, document.sid, document.unique_name, data, last_event_id, created_by,
       document.date_created, document.date_updated, date_expires
FROM document
JOIN service ON service.sid = service_sid AND service.account_sid = $1 AND service.deleted_at IS NULL
WHERE service_sid = $2 AND document.sid < $3 AND document.deleted_at IS NULL
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
ORDER BY document.sid DESC
LIMIT $4

-- name: service
SELECT 1 FROM service WHERE account_sid = $1 AND sid = $2 AND deleted_at IS NULL
