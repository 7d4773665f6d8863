-- Who is connected: the nodes, their sockets, and the identities behind these.

-- name: join
-- Sent again when the answer was lost.
INSERT INTO node (id, date_since, date_expires)
VALUES ($1, clock_timestamp(), clock_timestamp() + make_interval(secs => $2))
ON CONFLICT (id) DO NOTHING

-- name: renew
-- Nothing when the node was given up meanwhile. After a break the node has not been there without one.
UPDATE node
SET date_since = CASE WHEN date_expires < clock_timestamp() THEN clock_timestamp() ELSE date_since END,
    date_expires = clock_timestamp() + make_interval(secs => $2)
WHERE id = $1 AND NOT lost
RETURNING id

-- name: others
SELECT id FROM node WHERE date_expires > clock_timestamp() AND NOT lost AND id <> $1

-- name: leave
-- Behind every batch that holds the row.
WITH own AS (SELECT id FROM node WHERE id = $1 FOR UPDATE)
UPDATE node SET lost = true FROM own WHERE node.id = own.id

-- name: giveUp
-- Those whose time is over, once they have been waited for by a node that was there itself all the while: when the database
-- was away for all of them, all of them are late. A batch that connects sockets holds the row of its node: until it has ended,
-- the node is not given up.
WITH late AS (
    SELECT id FROM node
    WHERE date_expires < clock_timestamp() AND NOT lost
      AND EXISTS (SELECT FROM node WHERE id = $1 AND NOT lost
                  AND date_since < clock_timestamp() - make_interval(secs => $2))
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE node SET lost = true FROM late WHERE node.id = late.id

-- name: orphans
SELECT service.account_sid, socket.service_sid, socket.identity, socket.endpoint_id, socket.id
FROM (SELECT id FROM node WHERE lost) AS node
CROSS JOIN LATERAL (
    SELECT service_sid, identity, endpoint_id, id FROM socket WHERE node_id = node.id ORDER BY node_id LIMIT $1) AS socket
JOIN service ON service.sid = socket.service_sid
LIMIT $1

-- name: forget
-- Those that hold nothing any more.
DELETE FROM node WHERE lost AND NOT EXISTS (SELECT FROM socket WHERE node_id = node.id)

-- name: lock
-- Makes the rows that are not there yet, in the order of their keys. One that another transaction removes is made again.
INSERT INTO presence (service_sid, identity, endpoints, date_since)
SELECT service_sid, identity, 0, clock_timestamp() FROM unnest($1::uuid[], $2::text[]) AS named (service_sid, identity)
ON CONFLICT (service_sid, identity) DO UPDATE SET endpoints = presence.endpoints
RETURNING service_sid, identity, endpoints, date_since, date_due, endpoint_id_due

-- name: settings
-- After the locks, and with the time: what is decided is decided on what is true while they are held.
SELECT sid, account_sid, webhook_url IS NOT NULL AND NOT webhook_gone AND reachability_webhooks_enabled AS webhooks,
       reachability_webhooks_enabled AND reachability_debouncing_enabled AS debouncing, reachability_debouncing_window
FROM unnest($1::uuid[]) AS named (wanted)
CROSS JOIN LATERAL (SELECT * FROM service WHERE sid = named.wanted OFFSET 0) AS service
WHERE deleted_at IS NULL

-- name: sockets
SELECT socket.* FROM unnest($1::uuid[], $2::text[], $3::text[]) AS named (service_sid, identity, endpoint_id)
CROSS JOIN LATERAL (
    SELECT service_sid, identity, endpoint_id, id FROM socket
    WHERE service_sid = named.service_sid AND identity = named.identity AND endpoint_id = named.endpoint_id
    OFFSET 0) AS socket

-- name: nodes
-- Which of them live, and may not be given up before this transaction ends; with the time, also when none does.
SELECT clock_timestamp() AS now, living.id
FROM (SELECT) AS once
LEFT JOIN LATERAL (
    SELECT id FROM node WHERE id = ANY ($1::uuid[]) AND NOT lost ORDER BY id OFFSET 0 FOR KEY SHARE) AS living ON true

-- name: connect
INSERT INTO socket (service_sid, identity, endpoint_id, id, node_id, date_connected)
SELECT service_sid, identity, endpoint_id, id, node_id, clock_timestamp()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[])
    AS added (service_sid, identity, endpoint_id, id, node_id)
ON CONFLICT (service_sid, identity, endpoint_id, id) DO UPDATE SET node_id = excluded.node_id

-- name: disconnect
DELETE FROM socket
USING (
    SELECT found.place FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
        AS gone (service_sid, identity, endpoint_id, id)
    CROSS JOIN LATERAL (
        SELECT ctid AS place FROM socket
        WHERE service_sid = gone.service_sid AND identity = gone.identity AND endpoint_id = gone.endpoint_id
          AND id = gone.id
        OFFSET 0) AS found
) AS gone
WHERE socket.ctid = gone.place

-- name: update
INSERT INTO presence (service_sid, identity, endpoints, date_since, date_due, endpoint_id_due)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[], $5::timestamptz[], $6::text[])
ON CONFLICT (service_sid, identity) DO UPDATE
SET endpoints = excluded.endpoints, date_since = excluded.date_since, date_due = excluded.date_due,
    endpoint_id_due = excluded.endpoint_id_due

-- name: remove
DELETE FROM presence
USING (
    SELECT found.place FROM unnest($1::uuid[], $2::text[]) AS gone (service_sid, identity)
    CROSS JOIN LATERAL (
        SELECT ctid AS place FROM presence
        WHERE service_sid = gone.service_sid AND identity = gone.identity
        OFFSET 0) AS found
) AS gone
WHERE presence.ctid = gone.place

-- name: due
-- Whose going is to be told within a moment, the first of it first, and how many milliseconds that is from now.
SELECT service.account_sid, presence.service_sid, presence.identity,
       ceil(extract(epoch FROM presence.date_due - clock_timestamp()) * 1000)::bigint AS millis
FROM presence
JOIN service ON service.sid = presence.service_sid
WHERE presence.date_due <= statement_timestamp() + make_interval(secs => $1)
ORDER BY presence.date_due
LIMIT $2

-- name: pageAfter
SELECT identity, endpoints, date_since
FROM presence
WHERE service_sid = $1 AND identity > $2 AND endpoints > 0
ORDER BY identity
LIMIT $3

-- name: pageBefore
SELECT identity, endpoints, date_since
FROM presence
WHERE service_sid = $1 AND identity < $2 AND endpoints > 0
ORDER BY identity DESC
LIMIT $3

-- name: get
SELECT found.*
FROM unnest($2::text[]) AS asked (identity)
CROSS JOIN LATERAL (
    SELECT identity, endpoints, date_since FROM presence
    WHERE service_sid = $1 AND identity = asked.identity AND endpoints > 0
    OFFSET 0) AS found
