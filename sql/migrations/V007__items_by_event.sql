-- What a client has missed is asked for with the condition of these indexes, so that nothing else takes them. While a table
-- is empty they look as good as the primary key for one item, and then all items of its collection are read.
DROP INDEX sync_list_item_by_event;
CREATE INDEX sync_list_item_by_event ON sync_list_item (service_sid, collection_sid, last_event_id)
    WHERE last_event_id >= 0;
DROP INDEX sync_map_item_by_event;
CREATE INDEX sync_map_item_by_event ON sync_map_item (service_sid, collection_sid, last_event_id)
    WHERE last_event_id >= 0;
