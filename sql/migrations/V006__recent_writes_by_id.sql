-- Ids of writes are time-ordered from now on: they are pruned in the order of the primary key, and new ones are added at its
-- end, where they share pages. Those with other ids would never be found.
DROP INDEX recent_write_by_date;
DELETE FROM recent_write;
