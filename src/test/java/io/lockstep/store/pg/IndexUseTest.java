package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.CollectionRepository.ItemPatch;
import io.lockstep.store.CollectionRepository.NewItem;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What PostgreSQL reads for us by plans that it made while a table was empty, whether it had looked at it by then or had to
 * guess: no more than what was asked for.
 */
class IndexUseTest {

    private static final int PLANNING = 9;
    private static final int ROWS = 10_000;
    private static final int OPERATIONS = 100;
    private static final int MOST = 25; // entries and blocks for one operation on one table

    private static final List<String> TABLES = List.of(
            "service",
            "document",
            "sync_list",
            "sync_list_item",
            "sync_map",
            "sync_map_item",
            "permission",
            "socket",
            "presence");

    private static final UUID NODE = UUID.randomUUID();

    private static final DocumentPatch PATCH = new DocumentPatch(JsonText.EMPTY_OBJECT, null, null);

    private static final SidOrUniqueName LIST = sid(Sid.Kind.LIST, 0);
    private static final SidOrUniqueName MAP = sid(Sid.Kind.MAP, 0);

    private static final ItemPatch ITEM_PATCH = new ItemPatch(JsonText.EMPTY_OBJECT, null, null, null);

    private static final String CONNECTIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lockstep' AND datname = current_database()";
    private static final String READ = """
            SELECT (SELECT sum(seq_tup_read) + sum(idx_tup_fetch) FROM pg_stat_user_tables WHERE relname = ?)
                 + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = ?)
                 + (SELECT sum(idx_blks_hit) + sum(idx_blks_read) FROM pg_statio_user_indexes WHERE relname = ?)""";

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final DatabaseUrl url = TestDatabase.newDatabase();
    private final Caller caller = TestStore.newCaller();
    private TestNode node;
    private Sid service;

    private void start(boolean analyzed) {
        new Migrations(url).run();
        for (String table : TABLES) {
            TestDatabase.execute(url, "ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
        }
        if (analyzed) {
            TestDatabase.execute(url, "VACUUM ANALYZE");
        }
        node = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        service = await(node.run(it -> it.services().create(caller, ServicePatch.EMPTY)))
                .sid();
        await(node.run(it -> it.presence().join(NODE, Duration.ofHours(1))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentIsReadByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("document", (it, i) -> it.documents().get(caller, service, sid(i)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentIsReadByItsName(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("document", (it, i) -> it.documents().get(caller, service, named(i)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServiceIsReadByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("service", (it, i) -> it.services().get(caller, new ServiceName.BySid(service)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDefaultServiceIsReadByItsName(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("service", (it, i) -> it.services().get(caller, new ServiceName.Default()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentIsUpdatedByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("document", (it, i) -> it.documents().update(caller, service, sid(i), PATCH));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentIsUpdatedByItsName(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("document", (it, i) -> it.documents().update(caller, service, named(i), PATCH));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentIsDeletedByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("document", (it, i) -> it.documents().delete(caller, service, sid(i), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriteReadsTheOneServiceThatItIsIn(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("service", (it, i) -> it.documents().update(caller, service, sid(i), PATCH));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsReadByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_map_item", (it, i) -> it.maps().getItem(caller, service, MAP, key(i)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsReadByItsIndex(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_list_item", (it, i) -> it.lists().getItem(caller, service, LIST, index(i)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsAddedUnderItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_map_item", (it, i) -> it.maps().addItem(caller, service, MAP, item(key(-1 - i)), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsAppendedByTheNextIndex(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_list_item", (it, i) -> it.lists().addItem(caller, service, LIST, item(null), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsUpdatedByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle(
                "sync_map_item", (it, i) -> it.maps().updateItem(caller, service, MAP, key(i), ITEM_PATCH, null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsUpdatedByItsIndex(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle(
                "sync_list_item", (it, i) -> it.lists().updateItem(caller, service, LIST, index(i), ITEM_PATCH, null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsRemovedByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_map_item", (it, i) -> it.maps().removeItem(caller, service, MAP, key(i), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCollectionOfAnItemIsFoundByItsName(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("sync_list", (it, i) -> it.lists().addItem(caller, service, named(i), item(null), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anItemIsUpdatedInACollectionThatIsNamed(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle(
                "sync_map_item", (it, i) -> it.maps().updateItem(caller, service, named(0), key(i), ITEM_PATCH, null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRightOfAClientIsReadByItsKey(boolean analyzed) throws SQLException {
        start(analyzed);
        Caller alice = new Caller.Client(caller.accountSid(), service, "alice", "endpoint");

        assertReadsLittle("permission", (it, i) -> it.documents().get(alice, service, sid(i)));
    }

    @ParameterizedTest
    @CsvSource({"false,socket", "false,presence", "true,socket", "true,presence"})
    void aSocketIsAddedByItsKey(boolean analyzed, String table) throws SQLException {
        start(analyzed);

        assertReadsLittle(table, (it, i) -> it.presence().connect(socket(-1 - i), NODE));
    }

    @ParameterizedTest
    @CsvSource({"false,socket", "false,presence", "true,socket", "true,presence"})
    void aSocketIsTakenAwayByItsKey(boolean analyzed, String table) throws SQLException {
        start(analyzed);

        assertReadsLittle(table, (it, i) -> it.presence().disconnect(socket(i)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsOnlineIsLookedUpByName(boolean analyzed) throws SQLException {
        start(analyzed);

        assertReadsLittle("presence", (it, i) -> it.presence().get(caller, service, List.of("i" + i)));
    }

    private ClientSocket socket(int number) {
        return new ClientSocket(caller.accountSid(), service, "i" + number, "e", new UUID(0, number & 0xffffffffL));
    }

    private <T> void assertReadsLittle(String table, BiFunction<PgRepositories, Integer, Future<T>> operation)
            throws SQLException {
        fillAll(0, PLANNING);
        for (int i = 0; i < PLANNING; i++) {
            int number = i;
            await(node.run(it -> operation.apply(it, number)));
        }
        fillAll(PLANNING, ROWS);
        long before = read(table);

        for (int i = 0; i < OPERATIONS; i++) {
            int number = PLANNING + i;
            await(node.run(it -> operation.apply(it, number)));
        }

        node.stop();
        awaitTheEndOfItsConnections();
        assertThat(read(table) - before).isBetween(1L, (long) MOST * OPERATIONS);
    }

    private void fillAll(int from, int to) {
        fill(from, to);
        fillCollections("sync_list", "i", from, to);
        fillCollections("sync_map", "'k' || i", from, to);
        fillPresence(from, to);
    }

    private void fillPresence(int from, int to) {
        String rows = " FROM generate_series(" + from + ", " + (to - 1) + ") AS i";
        TestDatabase.execute(
                url,
                "INSERT INTO socket SELECT '" + service.id() + "', 'i' || i, 'e', lpad(to_hex(i), 32, '0')::uuid, '"
                        + NODE + "', now()" + rows);
        TestDatabase.execute(
                url, "INSERT INTO presence SELECT '" + service.id() + "', 'i' || i, 1, now(), NULL, NULL" + rows);
    }

    /** Many, and the first of them has many items. */
    private void fillCollections(String table, String key, int from, int to) {
        String rows = " FROM generate_series(" + from + ", " + (to - 1) + ") AS i";
        TestDatabase.execute(
                url,
                "INSERT INTO " + table + " (service_sid, sid, unique_name, last_event_id, next_index, created_by,"
                        + " date_created, date_updated) SELECT '" + service.id() + "', ('01900000000070008000' ||"
                        + " lpad(to_hex(i), 12, '0'))::uuid, 'n' || i, 1000000, 1000000, 'system', now(), now()"
                        + rows);
        TestDatabase.execute(
                url,
                "INSERT INTO " + table + "_item (service_sid, collection_sid, key, data, last_event_id,"
                        + " created_event_id, removed, created_by, date_created, date_updated) SELECT '" + service.id()
                        + "', '01900000-0000-7000-8000-000000000000', " + key
                        + ", '{}', i, i, false, 'system', now(), now()" + rows);
    }

    /** What others have, and we: a statement that takes the wrong index reads all of either. */
    private void fill(int from, int to) {
        String rows = " FROM generate_series(" + from + ", " + (to - 1) + ") AS i";
        TestDatabase.execute(
                url,
                "INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created,"
                        + " date_updated) SELECT '" + service.id() + "', ('01900000000070008000' ||"
                        + " lpad(to_hex(i), 12, '0'))::uuid, 'n' || i, '{}', 0, 'system', now(), now()" + rows);
        TestDatabase.execute(
                url,
                "INSERT INTO permission (service_sid, object_sid, identity, can_read, can_write, can_manage) SELECT '"
                        + service.id() + "', ('01900000000070008000' || lpad(to_hex(i), 12, '0'))::uuid, 'alice',"
                        + " true, false, false" + rows);
        TestDatabase.execute(
                url,
                "INSERT INTO service SELECT gen_random_uuid(), '"
                        + caller.accountSid().id()
                        + "', NULL, NULL, NULL, false, false, false, false, 5000, now(), now()" + rows);
    }

    /** One has counted all that it read when it has ended. */
    private void awaitTheEndOfItsConnections() throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (number(CONNECTIONS) > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** Entries of the table, and blocks of its indexes. */
    private long read(String table) throws SQLException {
        String query = READ.replace("?", "'" + table + "'");
        long counted = number(query);
        if (number("SELECT current_setting('server_version_num')::integer") < 150000) {
            for (long before = -1; before < counted; counted = number("SELECT (" + query + ") FROM pg_sleep(0.6)")) {
                before = counted; // older servers count by a process of its own, which tells twice a second
            }
        }
        return counted;
    }

    private long number(String query) throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static SidOrUniqueName sid(int number) {
        return sid(Sid.Kind.DOCUMENT, number);
    }

    private static SidOrUniqueName sid(Sid.Kind kind, int number) {
        return new SidOrUniqueName.BySid(
                new Sid(kind, UUID.fromString("01900000-0000-7000-8000-" + String.format("%012x", number))));
    }

    private static SidOrUniqueName named(int number) {
        return new SidOrUniqueName.ByName("n" + number);
    }

    private static ItemKey key(int number) {
        return new ItemKey.Key("k" + number);
    }

    private static ItemKey index(int number) {
        return new ItemKey.Index(number);
    }

    private static NewItem item(ItemKey key) {
        return new NewItem(key, JsonText.EMPTY_OBJECT, 0, null);
    }
}
