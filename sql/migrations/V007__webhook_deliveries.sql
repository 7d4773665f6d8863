-- Deliveries stay when they are over, so that an operator can see what became of them, and send them again.

ALTER TABLE webhook_delivery
    DROP CONSTRAINT webhook_delivery_pkey,
    DROP COLUMN token;
ALTER TABLE webhook_delivery RENAME COLUMN object_sid TO line;
ALTER TABLE webhook_delivery
    ADD COLUMN salt        bigint NOT NULL DEFAULT 0, -- random: with the id it makes the delivery's SID
    ADD COLUMN object_sid  uuid,
    ADD COLUMN event_type  text,
    ADD COLUMN state       text NOT NULL DEFAULT 'pending', -- delivered, failed or dropped in the end
    ADD COLUMN attempts    integer NOT NULL DEFAULT 0,
    ADD COLUMN status      integer, -- of the last attempt's answer
    ADD COLUMN millis      integer, -- how long that took
    ADD COLUMN error       text, -- why it failed, or why there was none
    ADD COLUMN date_first  timestamptz, -- of the first attempt that failed
    ADD COLUMN date_done   timestamptz; -- when it was over
-- The line that it waits in is that of its object, until it leaves it for one of its own.
UPDATE webhook_delivery SET object_sid = line, event_type = parameters::json ->> 'EventType';
ALTER TABLE webhook_delivery
    ALTER COLUMN salt DROP DEFAULT,
    ALTER COLUMN object_sid SET NOT NULL,
    ALTER COLUMN event_type SET NOT NULL,
    ADD PRIMARY KEY (service_sid, id);
CREATE INDEX webhook_delivery_by_line ON webhook_delivery (service_sid, line, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_in_trouble ON webhook_delivery (service_sid, id)
    WHERE state IN ('failed', 'dropped') OR (state = 'pending' AND attempts > 0);
CREATE INDEX webhook_delivery_by_end ON webhook_delivery (date_done) WHERE date_done IS NOT NULL;

ALTER TABLE webhook_queue RENAME COLUMN object_sid TO line;
-- Without deliveries; kept a while for the next one, which makes it due.
ALTER TABLE webhook_queue ADD COLUMN idle boolean NOT NULL DEFAULT false;

-- All attempts of deliveries that did not succeed at once.
CREATE TABLE webhook_attempt (
    service_sid  uuid NOT NULL,
    delivery_id  bigint NOT NULL,
    number       integer NOT NULL,
    status       integer,
    millis       integer NOT NULL,
    error        text,
    response     text, -- how it begins
    date_created timestamptz NOT NULL,
    PRIMARY KEY (service_sid, delivery_id, number)
);

ALTER TABLE service
    ADD COLUMN webhook_gone              boolean NOT NULL DEFAULT false, -- the URL answered 410, and was not set since
    ADD COLUMN webhook_secret_generation integer NOT NULL DEFAULT 0,
    ADD COLUMN webhook_secret_date       timestamptz; -- of the last rotation
