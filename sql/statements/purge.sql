-- What was deleted goes in pieces, each a short statement: the oldest first, and of it what it holds before itself. A
-- minute's grace lets a delete whose answer was lost find what it deleted, and a write that was under way end.

-- name: permissions
-- Of objects of one kind.
DELETE FROM permission WHERE ctid = ANY (ARRAY(
    SELECT held.ctid
    FROM (SELECT service_sid, sid FROM purge
          WHERE kind = '{kind}' AND date_created < statement_timestamp() - make_interval(secs => $1)
          ORDER BY date_created LIMIT $2) AS due
    CROSS JOIN LATERAL (
        SELECT ctid FROM permission WHERE service_sid = due.service_sid AND object_sid = due.sid LIMIT $2) AS held
    LIMIT $2))

-- name: items
-- Of collections of one kind.
DELETE FROM {item} WHERE ctid = ANY (ARRAY(
    SELECT held.ctid
    FROM (SELECT service_sid, sid FROM purge
          WHERE kind = '{kind}' AND date_created < statement_timestamp() - make_interval(secs => $1)
          ORDER BY date_created LIMIT $2) AS due
    CROSS JOIN LATERAL (
        SELECT ctid FROM {item} WHERE service_sid = due.service_sid AND collection_sid = due.sid LIMIT $2) AS held
    LIMIT $2))

-- name: objects
-- Those that hold nothing any more.
WITH due AS MATERIALIZED (
    SELECT service_sid, sid FROM (
        SELECT service_sid, sid FROM purge
        WHERE kind = '{kind}' AND date_created < statement_timestamp() - make_interval(secs => $1)
        ORDER BY date_created LIMIT $2) AS oldest
    WHERE NOT EXISTS (SELECT FROM permission WHERE service_sid = oldest.service_sid AND object_sid = oldest.sid)
), gone AS (
    DELETE FROM {table} WHERE (service_sid, sid) IN (SELECT service_sid, sid FROM due)
)
DELETE FROM purge WHERE sid IN (SELECT sid FROM due)

-- name: collections
-- Those that hold nothing any more.
WITH due AS MATERIALIZED (
    SELECT service_sid, sid FROM (
        SELECT service_sid, sid FROM purge
        WHERE kind = '{kind}' AND date_created < statement_timestamp() - make_interval(secs => $1)
        ORDER BY date_created LIMIT $2) AS oldest
    WHERE NOT EXISTS (SELECT FROM permission WHERE service_sid = oldest.service_sid AND object_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM {item} WHERE service_sid = oldest.service_sid AND collection_sid = oldest.sid)
), gone AS (
    DELETE FROM {table} WHERE (service_sid, sid) IN (SELECT service_sid, sid FROM due)
)
DELETE FROM purge WHERE sid IN (SELECT sid FROM due)

-- name: ofServices
-- Rows of one table, of Services.
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT held.ctid
    FROM (SELECT sid FROM purge
          WHERE kind = 'service' AND date_created < statement_timestamp() - make_interval(secs => $1)
          ORDER BY date_created LIMIT $2) AS due
    CROSS JOIN LATERAL (SELECT ctid FROM {table} WHERE service_sid = due.sid LIMIT $2) AS held
    LIMIT $2))

-- name: services
-- Those that hold nothing any more.
WITH due AS MATERIALIZED (
    SELECT sid FROM (
        SELECT sid FROM purge
        WHERE kind = 'service' AND date_created < statement_timestamp() - make_interval(secs => $1)
        ORDER BY date_created LIMIT $2) AS oldest
    WHERE NOT EXISTS (SELECT FROM document WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM sync_list WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM sync_list_item WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM sync_map WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM sync_map_item WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM sync_stream WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM permission WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM socket WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM presence WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM webhook_queue WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM webhook_delivery WHERE service_sid = oldest.sid)
      AND NOT EXISTS (SELECT FROM webhook_attempt WHERE service_sid = oldest.sid)
), gone AS (
    DELETE FROM service WHERE sid IN (SELECT sid FROM due)
)
DELETE FROM purge WHERE sid IN (SELECT sid FROM due)
