-- What a request with an idempotency key was answered with, for those who send it again. A row is inserted in the
-- transaction of the write itself, behind everything else that this one locks.
CREATE TABLE idempotency (
    account_sid  uuid NOT NULL,
    key          text COLLATE "C" NOT NULL,
    fingerprint  bytea NOT NULL, -- SHA-256 of the request: another one under the same key is a mistake
    status       smallint, -- of a success, with the answer as it was sent
    etag         text,
    body         text,
    error_code   text, -- of a refusal, by name: which number it is told by is a setting
    message      text,
    date_created timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_sid, key),
    CHECK ((status IS NULL) <> (error_code IS NULL))
);
CREATE INDEX idempotency_by_date ON idempotency (date_created);
