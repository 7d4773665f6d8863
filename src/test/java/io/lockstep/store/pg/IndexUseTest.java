package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What PostgreSQL reads for us in tables that it has no statistics of, by plans that were made while they were empty: no
 * more than what was asked for.
 */
class IndexUseTest {

    private static final int ROWS = 2000;
    private static final int OPERATIONS = 200;
    private static final int MOST = 4; // index entries for one operation on one table

    private static final DocumentPatch PATCH = new DocumentPatch(JsonText.EMPTY_OBJECT, null, null);

    private static final String CONNECTIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lockstep' AND datname = current_database()";
    private static final String ENTRIES_READ = """
            SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = ?)
                 + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = ?)""";

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final DatabaseUrl url = TestDatabase.newDatabase();
    private final Caller caller = TestStore.newCaller();
    private final List<Integer> numbers = IntStream.range(0, OPERATIONS).boxed().toList();
    private TestNode node;
    private Sid service;

    @BeforeEach
    void start() {
        new Migrations(url).run();
        TestDatabase.execute(url, "ALTER TABLE document SET (autovacuum_enabled = false)");
        TestDatabase.execute(url, "ALTER TABLE service SET (autovacuum_enabled = false)");
        node = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        service = await(node.run(it -> it.services().create(caller, ServicePatch.EMPTY)))
                .sid();
    }

    @Test
    void aDocumentIsReadByItsKey() throws SQLException {
        assertReadsLittle("document", (it, i) -> it.documents().get(caller, service, sid(i)));
    }

    @Test
    void aDocumentIsReadByItsName() throws SQLException {
        assertReadsLittle(
                "document", (it, i) -> it.documents().get(caller, service, new SidOrUniqueName.ByName("n" + i)));
    }

    @Test
    void aServiceIsReadByItsKey() throws SQLException {
        assertReadsLittle("service", (it, i) -> it.services().get(caller, new ServiceName.BySid(service)));
    }

    @Test
    void theDefaultServiceIsReadByItsName() throws SQLException {
        assertReadsLittle("service", (it, i) -> it.services().get(caller, new ServiceName.Default()));
    }

    @Test
    void aDocumentIsUpdatedByItsKey() throws SQLException {
        assertReadsLittle("document", (it, i) -> it.documents().update(caller, service, sid(i), PATCH));
    }

    @Test
    void aDocumentIsUpdatedByItsName() throws SQLException {
        assertReadsLittle(
                "document",
                (it, i) -> it.documents().update(caller, service, new SidOrUniqueName.ByName("n" + i), PATCH));
    }

    @Test
    void aDocumentIsDeletedByItsKey() throws SQLException {
        assertReadsLittle("document", (it, i) -> it.documents().delete(caller, service, sid(i), null));
    }

    private <T> void assertReadsLittle(String table, BiFunction<PgRepositories, Integer, Future<T>> operation)
            throws SQLException {
        node.runAll(numbers.subList(0, 9), operation).forEach(it -> await(it.otherwiseEmpty())); // plans are made
        fill();

        node.runAll(numbers, operation).forEach(it -> await(it));

        node.stop();
        assertThat(entriesRead(table)).isBetween(1L, (long) MOST * OPERATIONS);
    }

    /** What others have, and we: a statement that takes the wrong index reads all of either. */
    private void fill() {
        String rows = " FROM generate_series(0, " + (ROWS - 1) + ") AS i";
        TestDatabase.execute(
                url,
                "INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created,"
                        + " date_updated) SELECT '" + service.id() + "', ('01900000000070008000' ||"
                        + " lpad(to_hex(i), 12, '0'))::uuid, 'n' || i, '{}', 0, 'system', now(), now()" + rows);
        TestDatabase.execute(
                url,
                "INSERT INTO service SELECT gen_random_uuid(), '"
                        + caller.accountSid().id()
                        + "', NULL, NULL, NULL, false, false, false, false, 5000, now(), now()" + rows);
    }

    /** Of the table and its indexes; a connection has counted all that it read when it has ended. */
    private long entriesRead(String table) throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (number(statement, CONNECTIONS) > 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            return number(statement, ENTRIES_READ.replace("?", "'" + table + "'"));
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static SidOrUniqueName sid(int number) {
        return new SidOrUniqueName.BySid(new Sid(
                Sid.Kind.DOCUMENT, UUID.fromString("01900000-0000-7000-8000-" + String.format("%012x", number))));
    }
}
