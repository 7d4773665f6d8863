package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SidOrUniqueName.ByName;
import io.lockstep.model.SidOrUniqueName.BySid;
import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.lockstep.write.DocumentBatch;
import io.lockstep.write.DocumentCommand;
import io.lockstep.write.Limits;
import io.lockstep.write.Outcome;
import io.lockstep.write.Rules;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that has to wait for the locks of another one. */
class DocumentLockTest {

    private static final ObjectWriter<DocumentCommand, Document> WRITER = new ObjectWriter<>(
            ObjectTable.DOCUMENTS, locked -> new DocumentBatch(locked, new Rules(true, false, Limits.NONE)));

    private static final int DOCUMENTS = 20;

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private DatabaseUrl url;
    private Database database;
    private Sid service;

    @BeforeEach
    void createDatabase() {
        url = TestDatabase.newDatabase();
        new Migrations(url).run();
        database = Database.open(store.vertx(), "test", TestStore.config().withUrl(url), 6);
    }

    @AfterEach
    void dropDatabase() {
        await(database.close());
        TestDatabase.execute(TestDatabase.parsedUrl(), "DROP DATABASE " + url.database() + " WITH (FORCE)");
    }

    /** However PostgreSQL plans the statement: one plan or the other is forced upon it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "hashjoin,mergejoin,seqscan", "hashjoin,mergejoin,seqscan,indexscan"})
    void findsAllItsDocuments(String without) throws SQLException {
        for (String way : without.isEmpty() ? List.<String>of() : List.of(without.split(","))) {
            TestDatabase.execute(url, "ALTER DATABASE " + url.database() + " SET enable_" + way + " = off");
        }
        createService();
        DocumentCommand[] updates = new DocumentCommand[DOCUMENTS];
        for (int i = 0; i < DOCUMENTS; i++) {
            Document document =
                    await(commit(create("name-" + i))).outcomes().get(0).result();
            updates[i] = update(i % 2 == 0 ? new BySid(document.sid()) : new ByName(document.uniqueName()));
        }
        TestDatabase.execute(url, "ANALYZE document");

        Future<Batch<Document>> batch;
        try (Connection other = TestDatabase.connect(url)) {
            other.setAutoCommit(false);
            execute(other, "UPDATE document SET last_event_id = last_event_id + 1");
            batch = commit(updates);
            awaitLockWaits(1);
            other.commit();
        }

        assertThat(await(batch).outcomes()).hasSize(DOCUMENTS).allMatch(Outcome.Done.class::isInstance);
        assertThat(await(batch).changes()).allMatch(change -> change.eventId() == 2);
    }

    /** The one wants a name that the other is about to give, which wants the name of a document that the one changes. */
    @ParameterizedTest
    @MethodSource
    void isNotWaitedForByWhomItWaitsFor(List<DocumentCommand> changes) throws SQLException {
        createService();

        Future<Batch<Document>> one;
        Future<Batch<Document>> other;
        try (Connection holder = TestDatabase.connect(url)) {
            holder.setAutoCommit(false);
            execute(holder, """
                    INSERT INTO document (service_sid, sid, unique_name, data, last_event_id, created_by, date_created,
                                          date_updated)
                    VALUES ('%s', gen_random_uuid(), 'b', '{}', 0, 'system', now(), now())""".formatted(service.id()));
            other = commit(create("a"), create("b"), create("c"));
            awaitLockWaits(1);
            await(commit(create("c")));
            one = commit(Stream.concat(changes.stream(), Stream.of(create("a"))).toArray(DocumentCommand[]::new));
            awaitLockWaits(2);
            holder.rollback();
        }

        assertThat(await(one).outcomes().get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(await(other).outcomes().get(1)).isInstanceOf(Outcome.Done.class);
        assertThat(deadlocks()).isZero();
    }

    static Stream<List<DocumentCommand>> isNotWaitedForByWhomItWaitsFor() {
        DocumentCommand delete = new DocumentCommand.Delete(new ByName("c"), null);
        return Stream.of(List.of(update(new ByName("c"))), List.of(delete), List.of(delete, create("c")));
    }

    private void createService() {
        service = await(TestStore.over(database).services().create(caller, ServicePatch.EMPTY))
                .sid();
    }

    private Future<Batch<Document>> commit(DocumentCommand... commands) {
        return new PgTransactions<>(database, WRITER)
                .commit(Stream.of(commands)
                        .map(it -> new Write<>(caller, service, it))
                        .toList());
    }

    private static DocumentCommand create(String name) {
        return new DocumentCommand.Create(Sid.generate(Sid.Kind.DOCUMENT), name, JsonText.EMPTY_OBJECT, 0);
    }

    private static DocumentCommand update(SidOrUniqueName name) {
        return new DocumentCommand.Update(name, JsonText.EMPTY_OBJECT, null, null);
    }

    private void awaitLockWaits(int sessions) throws SQLException {
        String waiting = "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
        try (Connection observer = TestDatabase.connect(url)) {
            while (query(observer, waiting) < sessions) {
                Thread.onSpinWait();
            }
        }
    }

    /** Sessions have told of theirs when they have ended. */
    private long deadlocks() throws SQLException {
        await(database.close());
        String sessions = "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'lockstep'";
        try (Connection observer = TestDatabase.connect(url)) {
            while (query(observer, sessions) > 0) {
                Thread.onSpinWait();
            }
            return query(observer, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        }
    }

    private static long query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
