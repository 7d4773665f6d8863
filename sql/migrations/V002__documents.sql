-- Keys of object tables begin with service_sid, so that they can be distributed by Service one day. No foreign keys here:
-- these tables are written often, and a Service's purge sees to what it leaves.

CREATE TABLE document (
    service_sid   uuid NOT NULL,
    sid           uuid NOT NULL,
    unique_name   text COLLATE "C",
    data          text NOT NULL, -- compact JSON as the client wrote it; text, so that nothing is spelt anew
    last_event_id bigint NOT NULL, -- the revision, in hexadecimal, is the same
    created_by    text NOT NULL,
    date_created  timestamptz NOT NULL,
    date_updated  timestamptz NOT NULL,
    date_expires  timestamptz,
    deleted_at    timestamptz,
    PRIMARY KEY (service_sid, sid)
) WITH (fillfactor = 75); -- room beside a row for its next version: no index is touched then
-- a name is free again as soon as its document was deleted
CREATE UNIQUE INDEX document_by_name ON document (service_sid, unique_name)
    WHERE deleted_at IS NULL AND unique_name IS NOT NULL;

CREATE TABLE permission (
    service_sid uuid NOT NULL,
    object_sid  uuid NOT NULL,
    identity    text COLLATE "C" NOT NULL,
    can_read    boolean NOT NULL,
    can_write   boolean NOT NULL,
    can_manage  boolean NOT NULL,
    PRIMARY KEY (service_sid, object_sid, identity)
);
