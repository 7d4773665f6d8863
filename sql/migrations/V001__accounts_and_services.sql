-- SIDs are stored as the uuid of their 32 hexadecimal digits; the column says which kind they are.

-- The master key that encrypts the secrets below. Its canary was encrypted under it, so that a server with another key
-- is refused at its start and not at its first request.
CREATE TABLE master_key (
    id           text PRIMARY KEY,
    canary       bytea NOT NULL,
    active       boolean NOT NULL DEFAULT true,
    date_created timestamptz NOT NULL DEFAULT now()
);
-- at most one is in use, also when several servers start on an empty database at once
CREATE UNIQUE INDEX master_key_active ON master_key (active) WHERE active;

CREATE TABLE account (
    sid           uuid PRIMARY KEY,
    friendly_name text,
    active        boolean NOT NULL DEFAULT true,
    auth_token    bytea NOT NULL, -- encrypted: it signs webhooks, so it is needed in clear
    master_key_id text NOT NULL REFERENCES master_key (id),
    date_created  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_key (
    sid           uuid PRIMARY KEY,
    account_sid   uuid NOT NULL REFERENCES account (sid),
    friendly_name text,
    secret        bytea NOT NULL, -- encrypted: it verifies access tokens, so it is needed in clear
    master_key_id text NOT NULL REFERENCES master_key (id),
    date_created  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_key_by_account ON api_key (account_sid, sid);

-- What changed that nodes may hold in memory; every node reads it twice a second and it is pruned after a minute.
-- Identity values are taken before a transaction commits, so they are no order to read by: a reader asks instead for the
-- transactions that its last snapshot could not have seen.
CREATE TABLE invalidation (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind         text NOT NULL,
    subject      uuid NOT NULL,
    date_created timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX invalidation_by_xid ON invalidation (xid);

CREATE TABLE service (
    sid                            uuid PRIMARY KEY,
    account_sid                    uuid NOT NULL,
    unique_name                    text,
    friendly_name                  text,
    webhook_url                    text,
    webhooks_from_rest_enabled     boolean NOT NULL,
    reachability_webhooks_enabled  boolean NOT NULL,
    acl_enabled                    boolean NOT NULL,
    reachability_debouncing_enabled boolean NOT NULL,
    reachability_debouncing_window integer NOT NULL, -- milliseconds
    date_created                   timestamptz NOT NULL,
    date_updated                   timestamptz NOT NULL,
    deleted_at                     timestamptz -- set at once; the row goes when the purge has emptied the Service
);
-- one default Service an account, also when two requests make it at once; free again when it was deleted
CREATE UNIQUE INDEX service_by_name ON service (account_sid, unique_name)
    WHERE deleted_at IS NULL AND unique_name IS NOT NULL;
-- pages in the order of creation, which is that of the SIDs
CREATE INDEX service_by_account ON service (account_sid, sid) WHERE deleted_at IS NULL;

-- What was deleted and still has rows, for the background job that removes them in bounded batches.
CREATE TABLE purge (
    sid          uuid PRIMARY KEY,
    kind         text NOT NULL,
    service_sid  uuid NOT NULL,
    write_id     uuid NOT NULL, -- which delete it was, for one whose answer was lost
    date_created timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX purge_by_date ON purge (date_created);

-- Writes that were committed a short while ago: one whose answer was lost, and which is sent again, is done once. Of a
-- batch, whoever lost the answer to its COMMIT learns here what became of it, and by taking the id keeps one that is still
-- on its way from ever being committed.
CREATE TABLE recent_write (
    id           uuid PRIMARY KEY,
    taken        boolean NOT NULL DEFAULT false, -- by one who lost the answer: the batch was not committed
    date_created timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX recent_write_by_date ON recent_write (date_created);

-- Which node does a background task now.
CREATE TABLE lease (
    name         text PRIMARY KEY,
    holder       uuid NOT NULL,
    date_expires timestamptz NOT NULL
);
