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
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.lockstep.write.DocumentCommand;
import io.lockstep.write.Outcome;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch finds that had to wait for the locks of another one. */
class DocumentLockTest {

    private static final int DOCUMENTS = 20;

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private DatabaseUrl url;
    private Database database;

    @BeforeEach
    void createDatabase() {
        url = TestDatabase.newDatabase();
        new Migrations(url).run();
    }

    @AfterEach
    void dropDatabase() {
        await(database.close());
        TestDatabase.execute(TestDatabase.parsedUrl(), "DROP DATABASE " + url.database() + " WITH (FORCE)");
    }

    /** However PostgreSQL plans the statement: one plan or the other is forced upon it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "hashjoin,mergejoin,seqscan", "hashjoin,mergejoin,seqscan,indexscan"})
    void itFindsAllItsDocuments(String without) throws SQLException {
        for (String way : without.isEmpty() ? List.<String>of() : List.of(without.split(","))) {
            TestDatabase.execute(url, "ALTER DATABASE " + url.database() + " SET enable_" + way + " = off");
        }
        database = Database.open(store.vertx(), "test", TestStore.config().withUrl(url), 4);
        Sid service = await(PgRepositories.over(database).services().create(caller, ServicePatch.EMPTY))
                .sid();
        List<Write<DocumentCommand>> updates = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            updates.add(new Write<>(caller, service, update(create(service, "name-" + i), i % 2 == 0)));
        }

        TestDatabase.execute(url, "ANALYZE document");
        Batch<Document> batch;
        try (Connection other = TestDatabase.connect(url)) {
            other.setAutoCommit(false);
            execute(other, "UPDATE document SET last_event_id = last_event_id + 1");
            Future<Batch<Document>> waiting = new PgTransactions<>(database, new DocumentWriter()).commit(updates);
            awaitLockWait();
            other.commit();
            batch = await(waiting);
        }

        assertThat(batch.outcomes()).hasSize(DOCUMENTS).allMatch(Outcome.Done.class::isInstance);
        assertThat(batch.changes()).allMatch(change -> change.eventId() == 2);
    }

    private Document create(Sid service, String name) {
        return await(PgRepositories.over(database)
                .documents()
                .create(caller, service, new NewDocument(name, JsonText.EMPTY_OBJECT, 0)));
    }

    private static DocumentCommand update(Document document, boolean bySid) {
        SidOrUniqueName name =
                bySid ? new SidOrUniqueName.BySid(document.sid()) : new SidOrUniqueName.ByName(document.uniqueName());
        return new DocumentCommand.Update(name, JsonText.EMPTY_OBJECT, null, null);
    }

    private void awaitLockWait() throws SQLException {
        try (Connection observer = TestDatabase.connect(url)) {
            String waiting = "SELECT 1 FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while (!any(observer, waiting)) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean any(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
