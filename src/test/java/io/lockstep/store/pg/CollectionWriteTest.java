package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.CollectionRepository.NewItem;
import io.lockstep.store.NewObject;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.pgclient.PgException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of writes to collections when statements fail. */
class CollectionWriteTest {

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller backend = TestStore.newCaller();

    /** A client's rights are read behind its items, in a transaction that has failed by then. */
    @Test
    void theFirstFailureIsTheOneThatIsTold() {
        FaultyProxy proxy = new FaultyProxy(store.vertx(), TestStore.config().requireUrl());
        TestNode node = TestNode.start(store.vertx(), TestStore.config().withUrl(proxy.url()));
        Sid service = await(node.run(it -> it.services().create(backend, ServicePatch.EMPTY)))
                .sid();
        Sid map = await(node.run(it -> it.maps().create(backend, service, new NewObject(null, 0), null)))
                .sid();
        Caller client = new Caller.Client(backend.accountSid(), service, "alice", "endpoint");
        NewItem item = new NewItem(new ItemKey.Key("key"), JsonText.EMPTY_OBJECT, 0, null);
        proxy.garbleNext("AND key = named.key");

        Throwable failure = catchThrowable(() ->
                await(node.run(it -> it.maps().addItem(client, service, new SidOrUniqueName.BySid(map), item, null))));

        node.stop();
        assertThat(failure)
                .isInstanceOfSatisfying(
                        PgException.class, it -> assertThat(it.getSqlState()).isEqualTo("42601"));
    }
}
