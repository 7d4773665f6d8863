package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has expired is removed by a sweep, in a database where no server sweeps. */
class ExpiryTest {

    private static final long HOUR = 3600; // seconds
    private static final int ALL = 100;
    private static final Duration HORIZON = Duration.ofMinutes(1);
    private static final long PATIENCE = 20_000_000_000L; // nanoseconds

    private static final List<String> TABLES =
            List.of("document", "sync_stream", "sync_list", "sync_map", "sync_list_item", "sync_map_item");

    @RegisterExtension
    static final TestStore store = new TestStore();

    private static final DatabaseUrl url = TestDatabase.newDatabase();

    private final Caller caller = TestStore.newCaller();
    private final List<Change> published = new CopyOnWriteArrayList<>();
    private TestNode node;
    private Sid service;
    private Contents contents;

    @BeforeAll
    static void migrate() {
        new Migrations(url).run();
    }

    @BeforeEach
    void startNode() {
        node = newNode();
        service = newService(true);
        contents = new Contents(node, caller, service);
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void whatIsDueIsRemovedOnceAndTold() {
        List<String> expected = fill();
        makeDue();

        sweep(node, ALL);
        sweep(node, ALL);

        assertThat(removals()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(published).allMatch(it -> it.caller().equals(new Caller.Backend(caller.accountSid())));
        assertThat(events())
                .containsExactlyInAnyOrder(
                        "document_removed", "list_removed", "map_removed", "list_item_removed", "map_item_removed");
        assertThat(left()).isZero();
    }

    @Test
    void withoutTheFlagNoWebhookIsDue() {
        service = newService(false);
        contents = new Contents(node, caller, service);
        fill();
        makeDue();

        sweep(node, ALL);

        assertThat(removals()).hasSize(6);
        assertThat(events()).isEmpty();
    }

    @Test
    void whatIsRemovedIsNotThereAndItsKeyIsFree() {
        Sid map = contents.map(0);
        contents.mapItem(map, "k", HOUR);
        Sid document = contents.document(HOUR);
        makeDue();

        sweep(node, ALL);

        assertFails(
                node.run(it -> it.documents().get(caller, service, Contents.name(document))),
                ErrorCode.DOCUMENT_NOT_FOUND);
        assertThat(contents.mapItem(map, "k", 0).lastEventId()).isEqualTo(2); // after its addition and its removal
    }

    @Test
    void nothingIsRemovedEarly() {
        fill();

        Duration next = sweep(node, ALL, Duration.ofHours(2));
        Duration atMost = sweep(node, ALL, HORIZON);

        assertThat(next).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(atMost).isEqualTo(HORIZON);
        assertThat(removals()).isEmpty();
        assertThat(left()).isEqualTo(6);
        makeDue();
        sweep(node, ALL); // what would disturb the other tests
    }

    @Test
    void muchIsRemovedInBoundedBatchesTheLongestOverdueFirst() {
        List<Sid> documents = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            documents.add(contents.document(HOUR + i));
        }
        execute("UPDATE document SET date_expires = date_expires - interval '2 hours' WHERE service_sid = " + quoted());

        assertThat(sweep(node, 2)).isZero();
        assertThat(removedObjects()).containsExactlyInAnyOrderElementsOf(documents.subList(0, 2));
        assertThat(sweep(node, 2)).isZero();
        assertThat(sweep(node, 2)).isEqualTo(HORIZON);
        assertThat(removedObjects()).containsExactlyInAnyOrderElementsOf(documents);
    }

    @Test
    void twoNodesRemoveEachOnce() {
        List<String> expected = new ArrayList<>(fill());
        for (int i = 0; i < 20; i++) {
            expected.add("document_removed " + contents.document(HOUR));
        }
        makeDue();
        TestNode other = newNode();

        await(Future.join(
                node.run(it -> it.expiry().sweep(ALL, HORIZON)),
                other.run(it -> it.expiry().sweep(ALL, HORIZON))));

        await(other.run(it -> Future.succeededFuture()));
        assertThat(removals()).containsExactlyInAnyOrderElementsOf(expected);
        other.stop();
    }

    /** It has been found due, and is locked by another write, which gives it more time. */
    @ParameterizedTest
    @CsvSource({
        "document, document",
        "sync_stream, sync_stream",
        "sync_list, sync_list",
        "sync_map, sync_map",
        "sync_list, sync_list_item",
        "sync_map, sync_map_item"
    })
    void whatIsGivenMoreTimeStays(String locked, String table) throws SQLException {
        fill();
        makeDue(table);
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM " + locked + " WHERE service_sid = " + quoted() + " FOR UPDATE");

            Future<Duration> sweep = node.run(it -> it.expiry().sweep(ALL, HORIZON));
            awaitWaitingForALock();
            statement.execute(expiresIn(table, "1 hour"));
            connection.commit();
            await(sweep);
        }

        assertThat(removals()).isEmpty();
        assertThat(left()).isEqualTo(6);
        makeDue();
        sweep(node, ALL); // what would disturb the other tests
    }

    @Test
    void aCollectionThatIsDueWithItsItemsIsRemovedOnce() {
        Sid list = contents.list(HOUR);
        contents.listItem(list, HOUR);
        contents.listItem(list, HOUR);
        makeDue();

        sweep(node, ALL);
        sweep(node, ALL);

        assertThat(removals()).containsOnlyOnce("list_removed " + list).endsWith("list_removed " + list);
    }

    @Test
    void whatIsInADeletedServiceIsLeftToThePurge() {
        fill();
        makeDue();
        await(node.run(it -> it.services().delete(caller, new ServiceName.BySid(service))));

        Duration next = sweep(node, ALL);

        assertThat(next).isEqualTo(HORIZON);
        assertThat(removals()).isEmpty();
    }

    private void awaitWaitingForALock() {
        String sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        long deadline = System.nanoTime() + PATIENCE;
        while (await(node.database().read(sql, Tuple.tuple())).size() == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    /** One of each, and what is to be told of their removals. The items are in collections that stay. */
    private List<String> fill() {
        Sid list = contents.list(0);
        Sid map = contents.map(0);
        contents.listItem(list, HOUR);
        contents.mapItem(map, "k", HOUR);
        return List.of(
                "document_removed " + contents.document(HOUR),
                "stream_removed " + contents.stream(HOUR),
                "list_removed " + contents.list(HOUR),
                "map_removed " + contents.map(HOUR),
                "list_item_removed " + list,
                "map_item_removed " + map);
    }

    private void makeDue() {
        TABLES.forEach(this::makeDue);
    }

    private void makeDue(String table) {
        execute(expiresIn(table, "-1 second"));
    }

    private String expiresIn(String table, String time) {
        return "UPDATE " + table + " SET date_expires = clock_timestamp() + interval '" + time
                + "' WHERE date_expires IS NOT NULL AND service_sid = " + quoted();
    }

    private String quoted() {
        return "'" + service.id() + "'";
    }

    private void execute(String sql) {
        await(node.database().write(sql, Tuple.tuple()));
    }

    private TestNode newNode() {
        return TestNode.start(
                store.vertx(),
                TestStore.config().withUrl(url),
                TestStore.WRITES,
                (changes, webhooksDue) -> published.addAll(changes));
    }

    private Sid newService(boolean webhooksFromRest) {
        ServicePatch patch =
                new ServicePatch(null, Patch.to("http://127.0.0.1:1/hook"), webhooksFromRest, null, null, null, null);
        return await(node.run(it -> it.services().create(caller, patch))).sid();
    }

    private static Duration sweep(TestNode node, int limit) {
        return sweep(node, limit, HORIZON);
    }

    private static Duration sweep(TestNode node, int limit, Duration horizon) {
        Duration next = await(node.run(it -> it.expiry().sweep(limit, horizon)));
        await(node.run(it -> Future.succeededFuture())); // whoever waits is answered before what was done is told
        return next;
    }

    private List<String> removals() {
        return published.stream()
                .filter(it -> it.type().endsWith("removed"))
                .map(it -> it.type() + " " + it.objectSid())
                .toList();
    }

    private List<Sid> removedObjects() {
        return published.stream()
                .filter(it -> it.type().endsWith("removed"))
                .map(Change::objectSid)
                .toList();
    }

    /** Those of the webhooks of removals that wait. */
    private List<String> events() {
        List<String> events = new ArrayList<>();
        String sql = "SELECT parameters::jsonb ->> 'EventType' AS type FROM webhook_delivery"
                + " WHERE parameters LIKE '%removed%' AND service_sid = " + quoted();
        for (Row row : await(node.database().read(sql, Tuple.tuple()))) {
            events.add(row.getString("type"));
        }
        return events;
    }

    /** How much there is that expires at some time. */
    private int left() {
        int left = 0;
        for (String table : TABLES) {
            String ended = table.endsWith("_item") ? "removed" : "deleted_at IS NOT NULL";
            String sql = "SELECT FROM " + table + " WHERE date_expires IS NOT NULL AND NOT (" + ended
                    + ") AND service_sid = " + quoted();
            left += await(node.database().read(sql, Tuple.tuple())).size();
        }
        return left;
    }
}
