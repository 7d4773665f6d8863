-- name: begin
BEGIN

-- name: begin_pooled
-- A pooler gives each transaction another session. Nothing that an answer promises may hang on what that one has set.
BEGIN;
SET LOCAL synchronous_commit = on;
SET LOCAL statement_timeout = {statement_timeout};
SET LOCAL idle_in_transaction_session_timeout = {idle_in_transaction_session_timeout}

-- name: begin_migration
-- It may take its time. Who waits for another one lets go now and then of the session that a pooler has lent it.
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = '250ms'

-- name: lock_migration
-- LOCKSTEP: servers that start at once migrate in turn.
SELECT pg_advisory_xact_lock(x'4C4F434B53544550'::bigint)

-- name: supports_others
SELECT to_regclass('schema_support') IS NOT NULL

-- name: oldest_supported
SELECT oldest FROM schema_support

-- name: unlimited
SET LOCAL statement_timeout = 0

-- name: began_with
SELECT reset_val FROM pg_settings WHERE name = ?

-- name: set_default
-- Whose result is the statement that does it.
SELECT format('ALTER ROLE CURRENT_USER IN DATABASE %I SET %I = %L', current_database(), ?::text, ?::text)

-- name: end_idle
-- The last one is the one that runs this.
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND (state = 'idle' OR pid = pg_backend_pid())
ORDER BY pid = pg_backend_pid()
