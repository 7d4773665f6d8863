-- The outbox. A delivery is written in the transaction of the change that it tells of: what was acknowledged has its
-- webhook, whatever crashes next.

CREATE TABLE webhook_delivery (
    service_sid  uuid NOT NULL,
    object_sid   uuid NOT NULL,
    -- given while the object is locked, so that among those of one object it is the order of the changes
    id           bigint GENERATED ALWAYS AS IDENTITY,
    token        uuid NOT NULL DEFAULT gen_random_uuid(), -- the same at every attempt
    parameters   text NOT NULL, -- JSON: names and values of the form
    date_created timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (service_sid, object_sid, id)
);

-- One row an object that has deliveries: what a node claims, so that they are sent in order.
CREATE TABLE webhook_queue (
    service_sid uuid NOT NULL,
    object_sid  uuid NOT NULL,
    -- grows when a delivery comes: who found none left removes the row only if none came since
    version     bigint NOT NULL DEFAULT 0,
    claim       uuid, -- of the node that is at it now, until date_due
    date_due    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (service_sid, object_sid)
) WITH (fillfactor = 75);
CREATE INDEX webhook_queue_by_date ON webhook_queue (date_due);
