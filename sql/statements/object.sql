-- What every kind of object has in common: documents, lists, maps and streams. In braces stands what differs: the table,
-- its columns in the order of the parameters, the arrays that they come as, and what an update changes.

-- name: lock
-- Names are looked up first, so that rows are locked by key alone, and in one order on every node. A row that had to be
-- waited for is judged anew, by itself: in a join PostgreSQL would judge the join anew, and miss rows in some plans.
WITH named AS MATERIALIZED (
    SELECT service_sid, sid FROM unnest($1::uuid[], $2::uuid[]) AS by_sid (service_sid, sid)
    UNION
    SELECT by_name.service_sid, found.sid
    FROM unnest($3::uuid[], $4::text[]) AS by_name (service_sid, name)
    CROSS JOIN LATERAL (
        SELECT sid FROM {table}
        WHERE service_sid = by_name.service_sid AND unique_name = by_name.name AND deleted_at IS NULL
        OFFSET 0) AS found
    ORDER BY service_sid, sid
)
SELECT locked.* FROM named
CROSS JOIN LATERAL (
    SELECT {columns}
    FROM {table}
    WHERE service_sid = named.service_sid AND sid = named.sid AND deleted_at IS NULL
    OFFSET 0
    FOR UPDATE) AS locked

-- name: lockBySid
-- The same where no name is to be looked up: the keys come in that order, each once.
SELECT locked.* FROM unnest($1::uuid[], $2::uuid[]) AS named (service_sid, sid)
CROSS JOIN LATERAL (
    SELECT {columns}
    FROM {table}
    WHERE service_sid = named.service_sid AND sid = named.sid AND deleted_at IS NULL
    OFFSET 0
    FOR UPDATE) AS locked

-- name: services
-- After the locks, and with the time: what is decided is decided on what is true while they are held.
SELECT sid, account_sid, acl_enabled, webhook_url IS NOT NULL AND NOT webhook_gone AS webhooks, webhooks_from_rest_enabled,
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
INSERT INTO {table} ({columns})
SELECT * FROM unnest({arrays})

-- name: update
-- The rows are there, and locked. They are found by their keys as conflicts: in a join with a table that the planner
-- believes to be small, all of it is read.
INSERT INTO {table} ({columns})
SELECT * FROM unnest({arrays})
ON CONFLICT (service_sid, sid) DO UPDATE
SET {changes}

-- name: remove
-- Found as those of an update are.
WITH gone AS (
    INSERT INTO {table} ({columns})
    SELECT * FROM unnest({arrays})
    ON CONFLICT (service_sid, sid) DO UPDATE SET deleted_at = clock_timestamp()
    RETURNING service_sid, sid
)
INSERT INTO purge (sid, kind, service_sid, write_id)
SELECT sid, '{kind}', service_sid, gen_random_uuid() FROM gone

-- name: grant
INSERT INTO permission (service_sid, object_sid, identity, can_read, can_write, can_manage)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[])

-- name: get
-- Of many at once: each key is an account, a Service and an object, and its row tells its number. OFFSET 0 keeps each a
-- look-up of its own, by index, whatever the planner believes of tables that it has no statistics of.
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS asked (account, service, object, number)
CROSS JOIN LATERAL (
    SELECT {columns}
    FROM {table}
    WHERE service_sid = asked.service AND sid = asked.object AND deleted_at IS NULL
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
      AND asked.account = (SELECT account_sid FROM service WHERE sid = asked.service AND deleted_at IS NULL)
    OFFSET 0) AS found

-- name: getByName
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS asked (account, service, name, number)
CROSS JOIN LATERAL (
    SELECT {columns}
    FROM {table}
    WHERE service_sid = asked.service AND unique_name = asked.name AND deleted_at IS NULL
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
      AND asked.account = (SELECT account_sid FROM service WHERE sid = asked.service AND deleted_at IS NULL)
    OFFSET 0) AS found

-- name: pageAfter
SELECT {columns}
FROM {table}
WHERE service_sid = $2 AND sid > $3 AND deleted_at IS NULL
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
  AND $1 = (SELECT account_sid FROM service WHERE sid = $2 AND deleted_at IS NULL)
ORDER BY sid
LIMIT $4

-- name: pageBefore
SELECT {columns}
FROM {table}
WHERE service_sid = $2 AND sid < $3 AND deleted_at IS NULL
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
  AND $1 = (SELECT account_sid FROM service WHERE sid = $2 AND deleted_at IS NULL)
ORDER BY sid DESC
LIMIT $4

-- name: service
SELECT 1 FROM service WHERE account_sid = $1 AND sid = $2 AND deleted_at IS NULL

-- name: due
-- What expires within a moment, the first of it first, and how many milliseconds that is from now.
SELECT service.account_sid, object.service_sid, object.sid,
       ceil(extract(epoch FROM object.date_expires - clock_timestamp()) * 1000)::bigint AS millis
FROM {table} AS object
JOIN service ON service.sid = object.service_sid AND service.deleted_at IS NULL
WHERE object.date_expires <= statement_timestamp() + make_interval(secs => $1) AND object.deleted_at IS NULL
ORDER BY object.date_expires
LIMIT $2

-- name: readable
-- Whether identities may read objects that are there (tokens-and-acl.md section 3). Of many at once, as by get.
SELECT asked.number::integer AS number, NOT service.acl_enabled OR coalesce(permission.can_read, false) AS readable
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS asked (service, object, identity, number)
CROSS JOIN LATERAL (SELECT acl_enabled FROM service WHERE sid = asked.service AND deleted_at IS NULL OFFSET 0) AS service
LEFT JOIN LATERAL (
    SELECT can_read FROM permission
    WHERE service_sid = asked.service AND object_sid = asked.object AND identity = asked.identity OFFSET 0) AS permission
  ON true

-- name: compare
-- Where the events of many objects stand; without a row for what is not there any more.
SELECT found.*
FROM unnest($1::uuid[], $2::uuid[]) AS asked (service, object)
CROSS JOIN LATERAL (
    SELECT sid, {events} AS last_event_id
    FROM {table}
    WHERE service_sid = asked.service AND sid = asked.object AND deleted_at IS NULL
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
      AND EXISTS (SELECT FROM service WHERE sid = asked.service AND deleted_at IS NULL)
    OFFSET 0) AS found
