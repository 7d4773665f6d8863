-- Which nodes live. What was held by one that does not renew its row in time is taken over by the others.
CREATE TABLE node (
    id           uuid PRIMARY KEY,
    date_since   timestamptz NOT NULL, -- without a break
    date_expires timestamptz NOT NULL,
    lost         boolean NOT NULL DEFAULT false -- if it lives after all, it goes on under another id
);

-- The sockets of clients. An endpoint, which is a client on a device, may have several for a while: one that nobody has
-- noticed to be gone, and the one that it has come again with.
CREATE TABLE socket (
    service_sid    uuid NOT NULL,
    identity       text COLLATE "C" NOT NULL,
    endpoint_id    text NOT NULL,
    id             uuid NOT NULL,
    node_id        uuid NOT NULL,
    date_connected timestamptz NOT NULL,
    PRIMARY KEY (service_sid, identity, endpoint_id, id)
);
CREATE INDEX socket_by_node ON socket (node_id);

-- One row an identity that has an endpoint, or whose going is still to be told. Whoever adds or takes an endpoint locks it
-- first, so that what is told of an identity is told in the order in which it was.
CREATE TABLE presence (
    service_sid     uuid NOT NULL,
    identity        text COLLATE "C" NOT NULL,
    endpoints       integer NOT NULL,
    date_since      timestamptz NOT NULL, -- with an endpoint, but for times too short to be told
    date_due        timestamptz, -- without an endpoint, when that is told
    endpoint_id_due text, -- the last that went
    PRIMARY KEY (service_sid, identity)
) WITH (fillfactor = 75);
CREATE INDEX presence_by_due ON presence (date_due) WHERE date_due IS NOT NULL;
CREATE INDEX presence_online ON presence (service_sid, identity) WHERE endpoints > 0;
