-- The life of a database, and the beginning of another when it was restored from a backup.

-- name: get
SELECT epoch FROM database_epoch

-- name: begin
-- All rows of large tables are written: that takes its time, and no index helps. A node that joins waits for the end.
SET LOCAL statement_timeout = 0;
SET LOCAL enable_seqscan = on;
LOCK TABLE node IN EXCLUSIVE MODE

-- name: living
-- How many nodes, and for how many seconds more they would be counted.
SELECT count(*)::integer AS nodes, ceil(extract(epoch FROM max(date_expires) - clock_timestamp()))::bigint AS seconds
FROM node
WHERE NOT lost AND date_expires > clock_timestamp()

-- name: raise
-- To the time, in milliseconds: a backup that is restored twice begins two epochs, although it does not know of the first.
UPDATE database_epoch
SET epoch = greatest(epoch + 1, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
RETURNING epoch

-- name: documents
UPDATE document SET last_event_id = last_event_id + $1

-- name: lists
-- An index that was given after the backup is not given again. Of what was added or removed since, nothing is known here:
-- what removals there were before now cannot be told.
UPDATE sync_list
SET last_event_id = last_event_id + $1, pruned_event_id = last_event_id + $1, next_index = next_index + $1

-- name: maps
UPDATE sync_map SET last_event_id = last_event_id + $1, pruned_event_id = last_event_id + $1

-- name: listItems
UPDATE sync_list_item SET last_event_id = last_event_id + $1, created_event_id = created_event_id + $1

-- name: mapItems
UPDATE sync_map_item SET last_event_id = last_event_id + $1, created_event_id = created_event_id + $1
