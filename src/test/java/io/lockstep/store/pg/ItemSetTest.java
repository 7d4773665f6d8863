package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository.ItemValue;
import io.lockstep.store.NewObject;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Items of a map that are set, by many at once and on two nodes. */
class ItemSetTest {

    private static final int CLIENTS = 10;
    private static final ItemKey KEY = new ItemKey.Key("k");
    private static final SidOrUniqueName MAP = new SidOrUniqueName.ByName("name");

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller backend = TestStore.newCaller();
    private List<TestNode> nodes;
    private Sid service;
    private Caller alice;

    @BeforeEach
    void startTwoNodesWithAMap() {
        nodes = List.of(
                TestNode.start(store.vertx(), TestStore.config()), TestNode.start(store.vertx(), TestStore.config()));
        service = await(nodes.get(0).run(it -> it.services().create(backend, ServicePatch.EMPTY)))
                .sid();
        alice = new Caller.Client(backend.accountSid(), service, "alice", "endpoint");
        await(nodes.get(0).run(it -> it.maps().create(alice, service, new NewObject("name", 0), null)));
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::stop);
    }

    @Test
    void ofManyThatMayOnlyAddOneDoes() {
        List<Future<SyncItem>> all =
                IntStream.range(0, CLIENTS).mapToObj(i -> set(i, "{}", "-1")).toList();

        List<Future<SyncItem>> done = all.stream()
                .map(it -> await(it.transform(result -> Future.succeededFuture(it))))
                .filter(Future::succeeded)
                .toList();

        assertThat(done).hasSize(1);
        assertThat(done.get(0).result().isNew()).isTrue();
        assertThat(all.stream().filter(Future::failed).map(ItemSetTest::code))
                .hasSize(CLIENTS - 1)
                .containsOnly(ErrorCode.MAP_ITEM_REVISION_MISMATCH);
    }

    @Test
    void noChangeIsLostThatIsMadeAtTheRevisionThatWasRead() {
        int rounds = 20;
        await(set(0, "{\"n\":0}", null));

        List<Future<Void>> all =
                IntStream.range(0, CLIENTS).mapToObj(i -> increment(i, rounds)).toList();
        all.forEach(it -> await(it));

        SyncItem item = await(nodes.get(0).run(it -> it.maps().getItem(alice, service, MAP, KEY)));
        assertThat(item.data().text()).isEqualTo("{\"n\":" + CLIENTS * rounds + "}");
        assertThat(item.lastEventId()).isEqualTo(CLIENTS * rounds);
        assertThat(item.createdEventId()).isZero();
    }

    /** As the SDK does it: read, write at that revision, and again when that has moved on. */
    private Future<Void> increment(int client, int times) {
        if (times == 0) {
            return Future.succeededFuture();
        }
        return node(client)
                .run(it -> it.maps().getItem(alice, service, MAP, KEY))
                .compose(item -> set(client, incremented(item.data().text()), item.revision()))
                .transform(done -> {
                    boolean moved = done.failed() && code(done) == ErrorCode.MAP_ITEM_REVISION_MISMATCH;
                    return done.succeeded() || moved
                            ? increment(client, moved ? times : times - 1)
                            : Future.failedFuture(done.cause());
                });
    }

    private static String incremented(String data) {
        int n = Integer.parseInt(data.replaceAll("\\D", ""));
        return "{\"n\":" + (n + 1) + "}";
    }

    private Future<SyncItem> set(int client, String data, String ifMatch) {
        ItemValue value = new ItemValue(KEY, new JsonText(data), null, ifMatch);
        return node(client).run(it -> it.maps().setItem(alice, service, MAP, value));
    }

    private TestNode node(int client) {
        return nodes.get(client % nodes.size());
    }

    private static ErrorCode code(AsyncResult<?> failed) {
        return ((SyncException) failed.cause()).errorCode();
    }
}
