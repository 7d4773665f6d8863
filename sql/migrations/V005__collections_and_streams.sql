-- Lists, maps, their items, and streams. As with documents, no foreign keys, and keys begin with service_sid.

CREATE TABLE sync_list (
    service_sid     uuid NOT NULL,
    sid             uuid NOT NULL,
    unique_name     text COLLATE "C",
    last_event_id   bigint NOT NULL, -- of the items' events; the revision is one ahead, in hexadecimal
    next_index      bigint NOT NULL, -- what the next item gets; an index is never given twice
    pruned_event_id bigint NOT NULL DEFAULT -1, -- up to here tombstones are gone: removals before it cannot be told
    created_by      text NOT NULL,
    date_created    timestamptz NOT NULL,
    date_updated    timestamptz NOT NULL,
    date_expires    timestamptz,
    deleted_at      timestamptz,
    PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 75);
CREATE UNIQUE INDEX sync_list_by_name ON sync_list (service_sid, unique_name)
    WHERE deleted_at IS NULL AND unique_name IS NOT NULL;
CREATE INDEX sync_list_by_expiry ON sync_list (date_expires) WHERE date_expires IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE sync_map (
    LIKE sync_list INCLUDING DEFAULTS, -- the next index stays 0
    PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 75);
CREATE UNIQUE INDEX sync_map_by_name ON sync_map (service_sid, unique_name)
    WHERE deleted_at IS NULL AND unique_name IS NOT NULL;
CREATE INDEX sync_map_by_expiry ON sync_map (date_expires) WHERE date_expires IS NOT NULL AND deleted_at IS NULL;

-- Removed items stay for a while as tombstones, by which clients that were away learn of it. What is locked is the
-- collection: who has it has its items.
CREATE TABLE sync_list_item (
    service_sid      uuid NOT NULL,
    collection_sid   uuid NOT NULL,
    key              bigint NOT NULL, -- the index
    data             text NOT NULL,
    last_event_id    bigint NOT NULL, -- the collection's event that touched it last
    created_event_id bigint NOT NULL, -- the one that added it
    removed          boolean NOT NULL,
    created_by       text NOT NULL,
    date_created     timestamptz NOT NULL,
    date_updated     timestamptz NOT NULL,
    date_expires     timestamptz,
    PRIMARY KEY (service_sid, collection_sid, key)
);
-- pages; over tombstones, of which there may be many more, they do not step
CREATE INDEX sync_list_item_live ON sync_list_item (service_sid, collection_sid, key) WHERE NOT removed;
-- What a client has missed. Asked for with the condition, so that nothing else takes this index: while the table is empty it
-- looks as good as the primary key for one item, and then all items of its collection are read.
CREATE INDEX sync_list_item_by_event ON sync_list_item (service_sid, collection_sid, last_event_id)
    WHERE last_event_id >= 0;
CREATE INDEX sync_list_item_by_expiry ON sync_list_item (date_expires) WHERE date_expires IS NOT NULL AND NOT removed;
CREATE INDEX sync_list_item_by_removal ON sync_list_item (date_updated) WHERE removed;

CREATE TABLE sync_map_item (
    service_sid      uuid NOT NULL,
    collection_sid   uuid NOT NULL,
    key              text COLLATE "C" NOT NULL, -- ordered by bytes
    data             text NOT NULL,
    last_event_id    bigint NOT NULL,
    created_event_id bigint NOT NULL,
    removed          boolean NOT NULL,
    created_by       text NOT NULL,
    date_created     timestamptz NOT NULL,
    date_updated     timestamptz NOT NULL,
    date_expires     timestamptz,
    PRIMARY KEY (service_sid, collection_sid, key)
);
CREATE INDEX sync_map_item_live ON sync_map_item (service_sid, collection_sid, key) WHERE NOT removed;
CREATE INDEX sync_map_item_by_event ON sync_map_item (service_sid, collection_sid, last_event_id)
    WHERE last_event_id >= 0;
CREATE INDEX sync_map_item_by_expiry ON sync_map_item (date_expires) WHERE date_expires IS NOT NULL AND NOT removed;
CREATE INDEX sync_map_item_by_removal ON sync_map_item (date_updated) WHERE removed;

-- Messages are stored nowhere.
CREATE TABLE sync_stream (
    service_sid  uuid NOT NULL,
    sid          uuid NOT NULL,
    unique_name  text COLLATE "C",
    created_by   text NOT NULL,
    date_created timestamptz NOT NULL,
    date_updated timestamptz NOT NULL,
    date_expires timestamptz,
    deleted_at   timestamptz,
    PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 75);
CREATE UNIQUE INDEX sync_stream_by_name ON sync_stream (service_sid, unique_name)
    WHERE deleted_at IS NULL AND unique_name IS NOT NULL;
CREATE INDEX sync_stream_by_expiry ON sync_stream (date_expires) WHERE date_expires IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX document_by_expiry ON document (date_expires) WHERE date_expires IS NOT NULL AND deleted_at IS NULL;

-- each kind has its own way of going
CREATE INDEX purge_by_kind ON purge (kind, date_created);
DROP INDEX purge_by_date;
