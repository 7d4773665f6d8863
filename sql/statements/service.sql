-- name: get
-- Of many at once: each key is an account and a Service, and its row tells its number. OFFSET 0 keeps each a look-up of
-- its own, by index, whatever the planner believes of a table that it has no statistics of.
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (account_sid, sid, number)
CROSS JOIN LATERAL (
    SELECT sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
           reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
           date_created, date_updated
    FROM service
    WHERE service.sid = asked.sid AND service.account_sid = asked.account_sid AND deleted_at IS NULL
    OFFSET 0) AS found

-- name: getDefault
SELECT asked.number::integer AS number, found.*
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (account_sid, number)
CROSS JOIN LATERAL (
    SELECT sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
           reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
           date_created, date_updated
    FROM service
    WHERE service.account_sid = asked.account_sid AND unique_name = 'default' AND deleted_at IS NULL
    OFFSET 0) AS found

-- name: create
-- Doing nothing on any conflict makes it safe to send again when an answer was lost, and to race for the default name.
WITH moment AS (SELECT clock_timestamp() AS now)
INSERT INTO service (sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
                     reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled,
                     reachability_debouncing_window, date_created, date_updated)
SELECT $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, now, now FROM moment
ON CONFLICT DO NOTHING
RETURNING sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
          reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
          date_created, date_updated

-- name: update
-- Done once, however often it is sent: the first that is committed takes its id.
-- greatest(): the clock of the database may step back, a date of ours never does. When access control begins, who follows
-- what it may not read is told.
WITH first AS (
    INSERT INTO recent_write (id) VALUES ($11) ON CONFLICT DO NOTHING RETURNING id
), told AS (
    INSERT INTO invalidation (kind, subject)
    SELECT 'service', sid FROM service CROSS JOIN first
    WHERE sid = $2 AND account_sid = $1 AND deleted_at IS NULL AND $8
)
UPDATE service
SET friendly_name = coalesce($3, friendly_name),
    webhook_url = CASE WHEN $4 THEN $5 ELSE webhook_url END,
    webhook_gone = webhook_gone AND NOT $4,
    webhooks_from_rest_enabled = coalesce($6, webhooks_from_rest_enabled),
    reachability_webhooks_enabled = coalesce($7, reachability_webhooks_enabled),
    acl_enabled = coalesce($8, acl_enabled),
    reachability_debouncing_enabled = coalesce($9, reachability_debouncing_enabled),
    reachability_debouncing_window = coalesce($10, reachability_debouncing_window),
    date_updated = greatest(date_updated, clock_timestamp())
FROM first
WHERE sid = $2 AND account_sid = $1 AND deleted_at IS NULL
RETURNING sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
          reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
          date_created, date_updated

-- name: delete
WITH gone AS (
    UPDATE service SET deleted_at = clock_timestamp()
    WHERE sid = $2 AND account_sid = $1 AND deleted_at IS NULL
    RETURNING sid
), told AS (INSERT INTO invalidation (kind, subject) SELECT 'service', sid FROM gone)
INSERT INTO purge (sid, kind, service_sid, write_id)
SELECT sid, 'service', sid, $3 FROM gone
RETURNING sid

-- name: deletedBy
-- Whether a delete whose answer was lost is the one that did it.
SELECT sid FROM purge WHERE sid = $1 AND write_id = $2

-- name: pageAfter
SELECT sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
       reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
       date_created, date_updated
FROM service
WHERE account_sid = $1 AND sid > $2 AND deleted_at IS NULL
ORDER BY sid
LIMIT $3

-- name: pageBefore
SELECT sid, account_sid, unique_name, friendly_name, webhook_url, webhooks_from_rest_enabled,
       reachability_webhooks_enabled, acl_enabled, reachability_debouncing_enabled, reachability_debouncing_window,
       date_created, date_updated
FROM service
WHERE account_sid = $1 AND sid < $2 AND deleted_at IS NULL
ORDER BY sid DESC
LIMIT $3
