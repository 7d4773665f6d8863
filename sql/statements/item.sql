-- Items of lists and of maps. In braces stands what differs: the tables, and the type of a key.

-- name: read
-- Sent behind the lock of the collections, which is that of their items too. Tombstones tell a write nothing.
SELECT item.* FROM unnest($1::uuid[], $2::uuid[], $3::{type}[]) AS named (service_sid, collection_sid, key)
CROSS JOIN LATERAL (
    SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created,
           date_updated, date_expires
    FROM {item}
    WHERE service_sid = named.service_sid AND collection_sid = named.collection_sid AND key = named.key AND NOT removed
    OFFSET 0) AS item

-- name: readByName
-- The same of collections that are named by their names.
SELECT item.* FROM unnest($1::uuid[], $2::text[], $3::{type}[]) AS named (service_sid, name, key)
CROSS JOIN LATERAL (
    SELECT sid FROM {collection}
    WHERE service_sid = named.service_sid AND unique_name = named.name AND deleted_at IS NULL
    OFFSET 0) AS collection
CROSS JOIN LATERAL (
    SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created,
           date_updated, date_expires
    FROM {item}
    WHERE service_sid = named.service_sid AND collection_sid = collection.sid AND key = named.key AND NOT removed
    OFFSET 0) AS item

-- name: insert
-- What nothing can be stored under: an index of a list is given once.
INSERT INTO {item} (service_sid, collection_sid, key, data, last_event_id, created_event_id, removed, created_by,
                    date_created, date_updated, date_expires)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::{type}[], $4::text[], $5::bigint[], $6::bigint[], $7::boolean[],
                     $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])

-- name: put
-- Also over a tombstone, when a key of a map comes back.
INSERT INTO {item} (service_sid, collection_sid, key, data, last_event_id, created_event_id, removed, created_by,
                    date_created, date_updated, date_expires)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::{type}[], $4::text[], $5::bigint[], $6::bigint[], $7::boolean[],
                     $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
ON CONFLICT (service_sid, collection_sid, key) DO UPDATE
SET data = excluded.data, last_event_id = excluded.last_event_id, created_event_id = excluded.created_event_id,
    removed = excluded.removed, created_by = excluded.created_by, date_created = excluded.date_created,
    date_updated = excluded.date_updated, date_expires = excluded.date_expires

-- name: get
-- Of many at once: each key is an account, a Service, a collection and an item, and its row tells its number.
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::{type}[]) WITH ORDINALITY
    AS asked (account, service, collection, wanted, number)
CROSS JOIN LATERAL (
    SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created,
           date_updated, date_expires
    FROM {item}
    WHERE service_sid = asked.service AND collection_sid = asked.collection AND key = asked.wanted AND NOT removed
      AND (date_expires IS NULL OR date_expires > clock_timestamp())
      AND asked.account = (SELECT account_sid FROM service WHERE sid = asked.service AND deleted_at IS NULL)
      AND (SELECT date_expires IS NULL OR date_expires > clock_timestamp() FROM {collection}
           WHERE service_sid = asked.service AND sid = asked.collection AND deleted_at IS NULL)
    OFFSET 0) AS found

-- name: pageUp
-- Between two keys, each of which is wanted itself or not.
SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created, date_updated,
       date_expires
FROM {item}
WHERE service_sid = $1 AND collection_sid = $2 AND NOT removed
  AND key >= $3 AND (key > $3 OR $4) AND key <= $5 AND (key < $5 OR $6)
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
ORDER BY key
LIMIT $7

-- name: pageDown
SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created, date_updated,
       date_expires
FROM {item}
WHERE service_sid = $1 AND collection_sid = $2 AND NOT removed
  AND key >= $3 AND (key > $3 OR $4) AND key <= $5 AND (key < $5 OR $6)
  AND (date_expires IS NULL OR date_expires > clock_timestamp())
ORDER BY key DESC
LIMIT $7

-- name: since
-- What has happened after an event, tombstones too. The second condition is that of the index.
SELECT service_sid, collection_sid, key, data, last_event_id, created_event_id, created_by, date_created, date_updated,
       date_expires, removed
FROM {item}
WHERE service_sid = $1 AND collection_sid = $2 AND last_event_id > $3 AND last_event_id >= 0
ORDER BY last_event_id
LIMIT $4

-- name: due
-- As those of objects.
SELECT service.account_sid, item.service_sid, item.collection_sid AS sid, item.key,
       ceil(extract(epoch FROM item.date_expires - clock_timestamp()) * 1000)::bigint AS millis
FROM {item} AS item
JOIN service ON service.sid = item.service_sid AND service.deleted_at IS NULL
JOIN {collection} AS collection
  ON collection.service_sid = item.service_sid AND collection.sid = item.collection_sid AND collection.deleted_at IS NULL
WHERE item.date_expires <= statement_timestamp() + make_interval(secs => $1) AND NOT item.removed
ORDER BY item.date_expires
LIMIT $2

-- name: prune
-- Tombstones that are older than clients stay away. Their collections are locked first, as by every write, and remember
-- up to which event they know nothing of removals any more.
WITH old AS MATERIALIZED (
    SELECT service_sid, collection_sid, key FROM {item}
    WHERE removed AND date_updated < statement_timestamp() - make_interval(secs => $1)
    ORDER BY date_updated
    LIMIT $2
), locked AS MATERIALIZED (
    SELECT service_sid, sid FROM {collection}
    WHERE (service_sid, sid) IN (SELECT service_sid, collection_sid FROM old)
    ORDER BY service_sid, sid
    FOR UPDATE
), gone AS (
    DELETE FROM {item} AS item USING old
    WHERE item.service_sid = old.service_sid AND item.collection_sid = old.collection_sid AND item.key = old.key
      AND item.removed AND item.date_updated < statement_timestamp() - make_interval(secs => $1)
      AND (SELECT count(*) FROM locked) >= 0 -- which are locked before anything is deleted
    RETURNING item.service_sid, item.collection_sid, item.last_event_id
), pruned AS (
    UPDATE {collection} AS collection
    SET pruned_event_id = greatest(pruned_event_id, latest.event_id)
    FROM (SELECT service_sid, collection_sid, max(last_event_id) AS event_id FROM gone GROUP BY 1, 2) AS latest
    WHERE collection.service_sid = latest.service_sid AND collection.sid = latest.collection_sid
)
SELECT count(*)::integer AS pruned FROM gone
