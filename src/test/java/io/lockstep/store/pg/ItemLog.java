package io.lockstep.store.pg;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.ItemKey;
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

/**
 * Every version of every row of a list or a map and its items, written down by triggers in the transaction that made it.
 * Other triggers make trouble where the data asks for it, and shorten an item's time to live of one second.
 *
 * @param collection its own row's versions, in the order of their commits
 * @param items their rows' versions, in the order of their commits
 */
record ItemLog(Sid sid, List<CollectionVersion> collection, List<ItemVersion> items) {

    /** What a time to live of a second, the shortest there is, becomes: so more items expire. */
    static final Duration SHORT_LIFE = Duration.ofMillis(50);

    /** In a second: most make none. */
    static final List<String> TROUBLE = List.of("row fails", "commit fails", "commit is slow");

    private static final String FUNCTIONS = """
            CREATE TABLE collection_log (
                number bigserial PRIMARY KEY, transaction bigint, sid uuid, last_event_id bigint, next_index bigint);
            CREATE TABLE item_log (
                number bigserial PRIMARY KEY, transaction bigint, sid uuid, key text, removed boolean, data text,
                last_event_id bigint, created_event_id bigint, date_updated timestamptz, date_expires timestamptz);

            CREATE FUNCTION log_collection() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO collection_log (transaction, sid, last_event_id, next_index)
                VALUES (txid_current(), NEW.sid, NEW.last_event_id, NEW.next_index);
                RETURN NULL;
            END $$;
            CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO item_log (transaction, sid, key, removed, data, last_event_id, created_event_id,
                                      date_updated, date_expires)
                VALUES (txid_current(), NEW.collection_sid, NEW.key::text, NEW.removed, NEW.data, NEW.last_event_id,
                        NEW.created_event_id, NEW.date_updated, NEW.date_expires);
                RETURN NULL;
            END $$;
            CREATE FUNCTION change_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.data LIKE '%"row fails"%' THEN RAISE EXCEPTION 'a row fails'; END IF;
                IF NEW.date_expires = NEW.date_updated + interval '1 s' THEN
                    NEW.date_expires := NEW.date_updated + interval '50 ms';
                END IF;
                RETURN NEW;
            END $$;
            CREATE FUNCTION trouble_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.data LIKE '%"commit fails"%' THEN RAISE EXCEPTION 'a commit fails'; END IF;
                PERFORM pg_sleep(0.02);
                RETURN NULL;
            END $$;
            """;

    private static final String TRIGGERS = """
            CREATE TRIGGER log AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION log_collection();
            CREATE TRIGGER log AFTER INSERT OR UPDATE ON {table}_item FOR EACH ROW EXECUTE FUNCTION log_item();
            CREATE TRIGGER change BEFORE INSERT OR UPDATE ON {table}_item
            FOR EACH ROW EXECUTE FUNCTION change_item();
            CREATE CONSTRAINT TRIGGER trouble AFTER INSERT OR UPDATE ON {table}_item DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.data LIKE '%"commit %') EXECUTE FUNCTION trouble_commit();
            """;

    /** Makes the triggers. */
    static void install(DatabaseUrl database) {
        TestDatabase.execute(database, FUNCTIONS);
        TestDatabase.execute(database, TRIGGERS.replace("{table}", "sync_list"));
        TestDatabase.execute(database, TRIGGERS.replace("{table}", "sync_map"));
    }

    /** What was committed of one collection. */
    static ItemLog read(Connection connection, Sid sid) throws SQLException {
        List<CollectionVersion> collection = new ArrayList<>();
        ResultSet row = rows(connection, "collection_log", sid);
        while (row.next()) {
            collection.add(new CollectionVersion(
                    row.getLong("transaction"), row.getLong("last_event_id"), row.getLong("next_index")));
        }
        List<ItemVersion> items = new ArrayList<>();
        row = rows(connection, "item_log", sid);
        while (row.next()) {
            items.add(item(sid, row));
        }
        return new ItemLog(sid, collection, items);
    }

    private static ResultSet rows(Connection connection, String table, Sid sid) throws SQLException {
        PreparedStatement query =
                connection.prepareStatement("SELECT * FROM " + table + " WHERE sid = ? ORDER BY number");
        query.closeOnCompletion();
        query.setObject(1, sid.id());
        return query.executeQuery();
    }

    private static ItemVersion item(Sid sid, ResultSet row) throws SQLException {
        String key = row.getString("key");
        Timestamp expires = row.getTimestamp("date_expires");
        return new ItemVersion(
                row.getLong("transaction"),
                sid.kind() == Sid.Kind.LIST ? new ItemKey.Index(Long.parseLong(key)) : new ItemKey.Key(key),
                row.getBoolean("removed"),
                row.getString("data"),
                row.getLong("last_event_id"),
                row.getLong("created_event_id"),
                row.getTimestamp("date_updated").toInstant(),
                expires == null ? null : expires.toInstant());
    }

    /** The collection's row as it was from then on. */
    record CollectionVersion(long transaction, long lastEvent, long nextIndex) {}

    /**
     * An item's row as it was from then on.
     *
     * @param removed whether it is a tombstone
     * @param expires null for never
     */
    record ItemVersion(
            long transaction,
            ItemKey key,
            boolean removed,
            String data,
            long event,
            long createdEvent,
            Instant updated,
            Instant expires) {}
}
