package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was deleted goes in pieces, tombstones when they are old; in a database where no server does that. */
class PurgeTest {

    private static final int LIMIT = 1000;
    private static final Duration WEEK = Duration.ofDays(7);

    private static final List<String> OF_SERVICES = List.of(
            "document",
            "sync_list",
            "sync_list_item",
            "sync_map",
            "sync_map_item",
            "sync_stream",
            "permission",
            "webhook_queue",
            "webhook_delivery");

    @RegisterExtension
    static final TestStore store = new TestStore();

    private static final DatabaseUrl url = TestDatabase.newDatabase();

    private final Caller caller = TestStore.newCaller();
    private TestNode node;
    private Sid service;
    private Contents contents;

    @BeforeAll
    static void migrate() {
        new Migrations(url).run();
    }

    @BeforeEach
    void startNode() {
        node = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        service = newService();
        contents = new Contents(node, caller, service);
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void aDeletedListGoesWithAllItsItemsPieceByPiece() {
        Sid list = contents.list(0);
        addItems(list, 2500);
        contents.listPermission(list, "alice");
        contents.deleteList(list);

        List<Integer> purged = Stream.generate(this::purge).limit(4).toList();

        assertThat(purged).containsExactly(1000, 1000, 500, 0);
        assertThat(rows("sync_list_item")).isZero();
        assertThat(rows("sync_list")).isZero();
        assertThat(rows("permission")).isZero();
        assertThat(rows("purge")).isZero();
    }

    @Test
    void aDeletedListStaysAsLongAsItHasItems() {
        Sid list = contents.list(0);
        addItems(list, LIMIT + 1);
        contents.listPermission(list, "alice");
        contents.deleteList(list);

        purge();

        assertThat(rows("sync_list_item")).isEqualTo(1);
        assertThat(rows("sync_list")).isEqualTo(1);
        assertThat(rows("permission")).isZero();
        purge();
        assertThat(rows("sync_list")).isZero();
    }

    @Test
    void whatWasNotDeletedStays() {
        Sid staying = contents.list(0);
        addItems(staying, 3);
        contents.listPermission(staying, "alice");
        Sid map = contents.map(0);
        contents.mapItem(map, "k", 0);
        contents.deleteList(contents.list(0));
        contents.deleteDocument(contents.document(0));

        purgeAll();

        assertThat(rows("sync_list")).isEqualTo(1);
        assertThat(rows("sync_list_item")).isEqualTo(3);
        assertThat(rows("permission")).isEqualTo(1);
        assertThat(rows("sync_map_item")).isEqualTo(1);
        assertThat(rows("document")).isZero();
        assertThat(rows("purge")).isZero();
    }

    @Test
    void nothingIsPurgedBeforeItsTime() {
        Sid list = contents.list(0);
        addItems(list, 3);
        contents.deleteList(list);

        int purged = await(node.run(it -> it.maintenance().purge(Duration.ofHours(1), LIMIT)));

        assertThat(purged).isZero();
        assertThat(rows("sync_list_item")).isEqualTo(3);
        assertThat(rows("purge")).isEqualTo(1);
        purgeAll(); // what would disturb the other tests
    }

    @Test
    void aDeletedServiceGoesWithEverythingInIt() {
        fill();
        Sid deleted = service;
        service = newService();
        contents = new Contents(node, caller, service);
        fill();
        service = deleted;
        assertThat(OF_SERVICES).allMatch(table -> rows(table) > 0);

        await(node.run(it -> it.services().delete(caller, new ServiceName.BySid(deleted))));
        purgeAll();

        assertThat(OF_SERVICES).allMatch(table -> rows(table) == 0);
        assertThat(rows("purge")).isZero();
        assertThat(count("SELECT FROM service WHERE sid = $1")).isZero();
        service = contents.service();
        assertThat(OF_SERVICES).allMatch(table -> rows(table) > 0);
    }

    @Test
    void onlyOldTombstonesAreForgotten() {
        Sid map = contents.map(0);
        for (String key : List.of("old", "young", "back", "live")) {
            contents.mapItem(map, key, 0);
        }
        Stream.of("young", "back", "old").forEach(key -> contents.removeMapItem(map, key));
        contents.mapItem(map, "back", 0);
        age("sync_map_item", "key <> 'young'");

        int pruned = prune(100);

        assertThat(pruned).isEqualTo(1);
        assertThat(count("SELECT FROM sync_map_item WHERE service_sid = $1 AND key = 'old'"))
                .isZero();
        assertThat(count("SELECT FROM sync_map_item WHERE service_sid = $1 AND key = 'young' AND removed"))
                .isEqualTo(1);
        assertThat(count("SELECT FROM sync_map_item WHERE service_sid = $1 AND NOT removed"))
                .isEqualTo(2);
    }

    @Test
    void aCollectionRemembersUpToWhereItKnowsOfNoRemovals() {
        Sid map = contents.map(0);
        contents.mapItem(map, "a", 0);
        contents.mapItem(map, "b", 0);
        contents.removeMapItem(map, "b"); // event 2
        contents.removeMapItem(map, "a"); // event 3
        age("sync_map_item", "key = 'a'");
        assertThat(prunedEventIds()).containsExactly(-1L);

        prune(100);
        SyncItem next = contents.mapItem(map, "a", 0);

        assertThat(prunedEventIds()).containsExactly(3L);
        assertThat(next.lastEventId()).isEqualTo(4);
        age("sync_map_item", "key = 'b'");
        prune(100);
        assertThat(prunedEventIds()).containsExactly(3L); // and not back to 2
    }

    @Test
    void tombstonesAreForgottenInBoundedBatchesOfEachKind() {
        Sid list = contents.list(0);
        Sid map = contents.map(0);
        for (int i = 0; i < 5; i++) {
            contents.listItem(list, 0);
            contents.removeListItem(list, i);
        }
        contents.mapItem(map, "k", 0);
        contents.removeMapItem(map, "k");
        age("sync_list_item", "true");
        age("sync_map_item", "true");

        List<Integer> pruned = Stream.generate(() -> prune(2)).limit(4).toList();

        assertThat(pruned).containsExactly(2, 2, 1, 0);
        assertThat(rows("sync_list_item")).isZero();
        assertThat(rows("sync_map_item")).isZero();
        assertThat(contents.listItem(list, 0).key()).hasToString("5");
    }

    /** Some of everything; and a list and a stream that are deleted, whose own purges are due. */
    private void fill() {
        Sid list = contents.list(0);
        addItems(list, 3);
        contents.listPermission(list, "alice");
        contents.mapItem(contents.map(0), "k", 0);
        contents.document(0);
        contents.stream(0);
        Sid deleted = contents.list(0);
        addItems(deleted, 2);
        contents.listPermission(deleted, "bob");
        contents.deleteList(deleted);
        contents.deleteStream(contents.stream(0));
    }

    private void addItems(Sid list, int count) {
        await(node.database()
                .write(
                        "INSERT INTO sync_list_item (service_sid, collection_sid, key, data, last_event_id,"
                                + " created_event_id, removed, created_by, date_created, date_updated)"
                                + " SELECT $1, $2, number, '{}', number, number, false, 'system', now(), now()"
                                + " FROM generate_series(0, $3 - 1) AS number",
                        Tuple.of(service.id(), list.id(), count)));
    }

    private int purge() {
        return await(node.run(it -> it.maintenance().purge(Duration.ZERO, LIMIT)));
    }

    private void purgeAll() {
        while (purge() > 0) {
            // there may be more
        }
    }

    private int prune(int limit) {
        return await(node.run(it -> it.maintenance().pruneTombstones(WEEK, limit)));
    }

    /** Makes rows look as if they were last touched eight days ago. */
    private void age(String table, String which) {
        await(node.database()
                .write(
                        "UPDATE " + table + " SET date_updated = date_updated - interval '8 days'"
                                + " WHERE service_sid = $1 AND " + which,
                        Tuple.of(service.id())));
    }

    private List<Long> prunedEventIds() {
        return Rows.all(
                await(node.database()
                        .read("SELECT pruned_event_id FROM sync_map WHERE service_sid = $1", Tuple.of(service.id()))),
                row -> row.getLong("pruned_event_id"));
    }

    private int rows(String table) {
        return count("SELECT FROM " + table + " WHERE service_sid = $1");
    }

    private int count(String sql) {
        return await(node.database().read(sql, Tuple.of(service.id()))).size();
    }

    private Sid newService() {
        ServicePatch patch = new ServicePatch(null, Patch.to("http://127.0.0.1:1/hook"), true, null, null, null, null);
        return await(node.run(it -> it.services().create(caller, patch))).sid();
    }
}
