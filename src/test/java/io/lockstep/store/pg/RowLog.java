package io.lockstep.store.pg;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Sid;
import io.lockstep.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Every version of every row of {@code document}, written down by a trigger in the transaction that made it. Other
 * triggers make trouble where the data asks for it, and shorten a time to live of one second.
 */
final class RowLog {

    /** What a time to live of a second, the shortest there is, becomes: so more documents expire. */
    static final Duration SHORT_LIFE = Duration.ofMillis(50);

    private static final String TRIGGERS = """
            CREATE TABLE row_log (
                number bigserial PRIMARY KEY, transaction bigint, date_logged timestamptz, removed boolean,
                service_sid uuid, sid uuid, unique_name text, data text, last_event_id bigint,
                date_updated timestamptz, date_expires timestamptz);

            CREATE FUNCTION log_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO row_log (transaction, date_logged, removed, service_sid, sid, unique_name, data,
                                     last_event_id, date_updated, date_expires)
                VALUES (txid_current(), clock_timestamp(), NEW.deleted_at IS NOT NULL, NEW.service_sid, NEW.sid,
                        NEW.unique_name, NEW.data, NEW.last_event_id, NEW.date_updated, NEW.date_expires);
                RETURN NULL;
            END $$;
            CREATE TRIGGER log AFTER INSERT OR UPDATE ON document FOR EACH ROW EXECUTE FUNCTION log_row();

            CREATE FUNCTION change_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.data LIKE '%"row fails"%' THEN RAISE EXCEPTION 'a row fails'; END IF;
                IF NEW.date_expires = NEW.date_updated + interval '1 s' THEN
                    NEW.date_expires := NEW.date_updated + interval '50 ms';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER change BEFORE INSERT OR UPDATE ON document FOR EACH ROW EXECUTE FUNCTION change_row();

            CREATE FUNCTION trouble_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.data LIKE '%"commit fails"%' THEN RAISE EXCEPTION 'a commit fails'; END IF;
                PERFORM pg_sleep(0.02);
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER trouble AFTER INSERT OR UPDATE ON document DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.data LIKE '%"commit %') EXECUTE FUNCTION trouble_commit();
            """;

    /** In a second: most make none. */
    static final List<String> TROUBLE = List.of("row fails", "commit fails", "commit is slow");

    private RowLog() {}

    /** Makes the triggers. */
    static void install(DatabaseUrl database) {
        TestDatabase.execute(database, TRIGGERS);
    }

    /** What was committed in a Service; versions of a document, and documents of one name, in their order. */
    static List<Version> read(Connection connection, Sid service) throws SQLException {
        List<Version> versions = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT * FROM row_log WHERE service_sid = ? ORDER BY number")) {
            query.setObject(1, service.id());
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                versions.add(new Version(
                        new Sid(Sid.Kind.DOCUMENT, rows.getObject("sid", UUID.class)),
                        rows.getString("unique_name"),
                        rows.getLong("transaction"),
                        rows.getBoolean("removed"),
                        new State(
                                rows.getLong("last_event_id"),
                                rows.getString("data"),
                                rows.getTimestamp("date_updated").toInstant(),
                                instant(rows.getTimestamp("date_expires"))),
                        rows.getTimestamp("date_logged").toInstant()));
            }
        }
        return versions;
    }

    private static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    /**
     * A row as it was from then on.
     *
     * @param removed whether it was deleted, or expired
     * @param logged after the row was locked, and before the commit
     */
    record Version(Sid sid, String name, long transaction, boolean removed, State state, Instant logged) {}

    /**
     * A document between two of its events.
     *
     * @param event the id of the former
     * @param expires null for never
     */
    record State(long event, String data, Instant updated, Instant expires) {}
}
