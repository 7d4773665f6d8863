package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.lockstep.store.EpochRepository.Begun;
import io.lockstep.store.EpochRepository.NodesLiveException;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a restored database; each test has one of its own. */
class EpochRepositoryTest {

    private static final long BY = 1000;
    private static final Duration LEASE = Duration.ofMinutes(5);

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final DatabaseUrl url = TestDatabase.newDatabase();
    private final Caller caller = TestStore.newCaller();
    private TestNode node;
    private Contents contents;

    @BeforeEach
    void start() {
        new Migrations(url).run();
        node = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        Sid service = await(node.run(it -> it.services().create(caller, ServicePatch.EMPTY)))
                .sid();
        contents = new Contents(node, caller, service);
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void aDatabaseBeginsInEpochZero() {
        assertThat(epoch()).isZero();
    }

    @Test
    void everyRunBeginsAnotherEpoch() {
        long first = begin().epoch();
        assertThat(first).isPositive().isEqualTo(epoch());

        assertThat(begin().epoch()).isGreaterThan(first).isEqualTo(epoch());
    }

    /** Else clients of the first would take the second for it. */
    @Test
    void aBackupThatIsRestoredTwiceBeginsTwoEpochs() {
        long first = begin().epoch();
        write("UPDATE database_epoch SET epoch = 0");

        assertThat(begin().epoch()).isNotEqualTo(first);
    }

    @Test
    void epochsGoOnAlsoWhenTheClockHasGoneBack() {
        long ahead = 9_000_000_000_000L;
        write("UPDATE database_epoch SET epoch = " + ahead);

        assertThat(begin().epoch()).isEqualTo(ahead + 1);
    }

    @Test
    void documentsMoveForward() {
        contents.document(0);
        Sid deleted = contents.document(0);
        contents.deleteDocument(deleted);

        assertThat(begin().documents()).isEqualTo(2);

        assertThat(rows("SELECT last_event_id FROM document")).containsExactly("1000", "1000");
    }

    @Test
    void listsMoveForwardWithTheirNextIndexesAndTheirItemsStayWhereTheyAre() {
        Sid list = contents.list(0);
        contents.listItem(list, 0);
        contents.listItem(list, 0);
        contents.removeListItem(list, 0); // event 2

        Begun begun = begin();

        assertThat(begun.collections()).isEqualTo(1);
        assertThat(begun.items()).isEqualTo(2);
        assertThat(rows("SELECT last_event_id, pruned_event_id, next_index FROM sync_list"))
                .containsExactly("1002 1002 1002");
        assertThat(rows("SELECT key, last_event_id, created_event_id, removed FROM sync_list_item ORDER BY key"))
                .containsExactly("0 1002 1000 true", "1 1001 1001 false");
    }

    @Test
    void mapsMoveForwardWithTheirItemsAndTombstones() {
        contents.map(0);
        Sid map = contents.map(0);
        contents.mapItem(map, "kept", 0);
        contents.mapItem(map, "gone", 0);
        contents.removeMapItem(map, "gone"); // event 2

        Begun begun = begin();

        assertThat(begun.collections()).isEqualTo(2);
        assertThat(begun.items()).isEqualTo(2);
        assertThat(rows("SELECT last_event_id, pruned_event_id, next_index FROM sync_map ORDER BY last_event_id"))
                .containsExactly("999 999 0", "1002 1002 0");
        assertThat(rows("SELECT key, last_event_id, created_event_id, removed FROM sync_map_item ORDER BY key"))
                .containsExactly("gone 1002 1001 true", "kept 1000 1000 false");
    }

    @Test
    void writesGoOnFromThere() {
        Sid list = contents.list(0);
        contents.listItem(list, 0);

        begin();
        SyncItem next = contents.listItem(list, 0);

        assertThat(next.lastEventId()).isEqualTo(1001);
        assertThat(next.key()).hasToString("1001");
    }

    @Test
    void nothingIsDoneWhileANodeLives() {
        contents.document(0);
        UUID living = UUID.randomUUID();
        await(node.run(it -> it.presence().join(living, LEASE)));

        assertThat(catchThrowable(this::begin))
                .isInstanceOf(NodesLiveException.class)
                .hasMessageMatching("1 node lives: .* another (299|300) s");

        assertThat(epoch()).isZero();
        assertThat(rows("SELECT last_event_id FROM document")).containsExactly("0");
        await(node.run(it -> it.presence().leave(living)));
        assertThat(begin().documents()).isEqualTo(1);
    }

    @Test
    void aNodeOfTheBackupWhoseTimeIsOverDoesNotCount() {
        await(node.run(it -> it.presence().join(UUID.randomUUID(), Duration.ofMillis(-1))));

        assertThat(begin().epoch()).isPositive();
    }

    /** It is blocked where all but the last table has been written. */
    @Test
    void aNodeThatJoinsMeanwhileWaitsForTheEnd() throws SQLException {
        contents.mapItem(contents.map(0), "key", 0);
        try (Connection other = TestDatabase.connect(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM sync_map_item FOR UPDATE");
            Future<Begun> begun = node.run(it -> it.epochs().begin(BY));
            awaitBlocked("UPDATE sync_map_item");
            Future<Void> joined = node.run(it -> it.presence().join(UUID.randomUUID(), LEASE));
            awaitBlocked("INSERT INTO node");

            assertThat(joined.isComplete()).isFalse();
            assertThat(epoch()).isZero();
            other.rollback();

            assertThat(await(begun).items()).isEqualTo(1);
            await(joined);
        }
    }

    @Test
    void whatIsInterruptedHasDoneNothing() throws SQLException {
        Sid map = contents.map(0);
        contents.mapItem(map, "key", 0);
        contents.document(0);
        try (Connection other = TestDatabase.connect(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM sync_map_item FOR UPDATE");
            Future<Begun> begun = node.run(it -> it.epochs().begin(BY));
            awaitBlocked("UPDATE sync_map_item");

            TestDatabase.execute(
                    url,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND query LIKE 'UPDATE sync_map_item%' AND wait_event_type = 'Lock'");

            assertThat(catchThrowable(() -> await(begun))).isNotNull();
            other.rollback();
        }
        assertThat(epoch()).isZero();
        assertThat(rows("SELECT last_event_id FROM document")).containsExactly("0");
        assertThat(rows("SELECT last_event_id FROM sync_map")).containsExactly("0");
    }

    @Test
    void itMayTakeLongerThanAnyOtherStatement() throws SQLException {
        contents.document(0);
        DatabaseConfig config = new DatabaseConfig(
                url, Path.of("unused"), 6, Duration.ZERO, Duration.ofSeconds(1), DatabaseConfig.Pooler.NONE);
        TestNode hasty = TestNode.start(store.vertx(), config);
        try (Connection other = TestDatabase.connect(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM document FOR UPDATE");
            Future<Begun> begun = hasty.run(it -> it.epochs().begin(BY));
            awaitBlocked("UPDATE document", Duration.ofMillis(2500)); // the client would have given it up after 2 s
            other.rollback();

            assertThat(await(begun).documents()).isEqualTo(1);
        }
        hasty.stop();
    }

    private Begun begin() {
        return await(node.run(it -> it.epochs().begin(BY)));
    }

    private long epoch() {
        return await(node.run(it -> it.epochs().get()));
    }

    private void write(String sql) {
        TestDatabase.execute(url, sql);
    }

    /** Each as the texts of its columns. */
    private List<String> rows(String sql) {
        return Rows.all(
                await(node.database()
                        .read(
                                "SELECT concat_ws(' ', VARIADIC array(SELECT value FROM json_each_text(to_json(asked))))"
                                        + " AS row FROM (" + sql + ") AS asked",
                                Tuple.tuple())),
                row -> row.getString("row"));
    }

    private void awaitBlocked(String statement) {
        awaitBlocked(statement, Duration.ZERO);
    }

    /** Until it has been for so long. */
    private void awaitBlocked(String statement, Duration time) {
        String blocked = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                + " AND query LIKE $1 AND query_start <= clock_timestamp() - make_interval(secs => $2)";
        Tuple asked = Tuple.of("%" + statement + "%", Rows.seconds(time));
        long deadline = System.nanoTime() + time.plusSeconds(5).toNanos();
        while (await(node.database().read(blocked, asked)).size() == 0) {
            assertThat(System.nanoTime()).as(statement + " is to be blocked").isLessThan(deadline);
        }
    }
}
