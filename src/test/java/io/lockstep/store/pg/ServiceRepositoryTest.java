package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.model.Caller;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.SyncService;
import io.lockstep.store.ServiceRepository;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a write when the connection breaks in the middle of it. */
class ServiceRepositoryTest {

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private FaultyProxy proxy;
    private Database database;
    private ServiceRepository services;

    @BeforeEach
    void connectThroughTheProxy() {
        proxy = new FaultyProxy(store.vertx(), TestStore.config().requireUrl());
        DatabaseConfig config = TestStore.config().withUrl(proxy.url());
        database = Database.open(store.vertx(), "faulty", config, 2);
        services = TestStore.over(database).services();
    }

    @AfterEach
    void close() {
        await(database.close());
    }

    @Test
    void aCreateWhoseAnswerWasLostIsDoneOnce() {
        proxy.loseNextAnswerTo("INSERT 0 1");

        SyncService created = await(services.create(caller, ServicePatch.EMPTY));

        assertThat(all()).containsExactly(created);
    }

    @Test
    void anUpdateWhoseAnswerWasLostIsDone() {
        SyncService created = await(services.create(caller, ServicePatch.EMPTY));
        proxy.loseNextAnswerTo("UPDATE 1");

        SyncService updated = await(services.update(caller, name(created), named("new")));

        assertThat(updated.friendlyName()).isEqualTo("new");
        assertThat(all()).containsExactly(updated);
    }

    /** Else the one that came later would be undone by the one that was answered later. */
    @Test
    void anUpdateWhoseAnswerWasLostDoesNotUndoOneThatCameAfterIt() {
        SyncService created = await(services.create(caller, ServicePatch.EMPTY));
        proxy.loseNextAnswerTo("UPDATE 1");

        Future<SyncService> first = services.update(caller, name(created), named("first"));
        awaitName("first");
        await(store.repositories().services().update(caller, name(created), named("second")));

        assertThat(await(first).friendlyName()).isEqualTo("second");
        assertThat(all().get(0).friendlyName()).isEqualTo("second");
    }

    @Test
    void aDeleteWhoseAnswerWasLostIsDoneAndNotTakenForAnothers() {
        SyncService created = await(services.create(caller, ServicePatch.EMPTY));
        proxy.loseNextAnswerTo("INSERT 0 1");

        await(services.delete(caller, name(created)));

        assertThat(all()).isEmpty();
        assertFails(services.delete(caller, name(created)), ErrorCode.NOT_FOUND);
    }

    @Test
    void theDefaultServiceWhoseAnswerWasLostIsOne() {
        proxy.loseNextAnswerTo("INSERT 0 1");

        SyncService made = await(services.get(caller, new ServiceName.Default()));

        assertThat(all()).containsExactly(made);
    }

    @Test
    void nothingBeginsWhenThereIsNoDatabase() {
        proxy.refuse(true);

        assertFails(services.create(caller, ServicePatch.EMPTY), ErrorCode.UNAVAILABLE);
        assertFails(services.page(caller, new PageRequest(10, null)), ErrorCode.UNAVAILABLE);

        proxy.refuse(false);
        assertThat(all()).isEmpty();
    }

    @Test
    void aReadSurvivesAConnectionThatWasCut() {
        SyncService created = await(services.create(caller, ServicePatch.EMPTY));
        proxy.refuse(true);
        proxy.refuse(false);

        assertThat(await(services.get(caller, name(created)))).isEqualTo(created);
    }

    @Test
    void nobodyIsToldOfAWriteThatNobodyKnowsOf() {
        SyncService created = await(services.create(caller, ServicePatch.EMPTY));
        proxy.loseNextAnswerAndRefuse("UPDATE 1");

        Future<SyncService> update = services.update(caller, name(created), named("new"));

        assertThatThrownBy(() -> await(update)).isInstanceOf(UnknownOutcomeException.class);
    }

    private List<SyncService> all() {
        return await(store.repositories().services().page(caller, new PageRequest(100, null)))
                .rows();
    }

    private void awaitName(String name) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!name.equals(all().get(0).friendlyName())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    private static ServiceName name(SyncService service) {
        return new ServiceName.BySid(service.sid());
    }

    private static ServicePatch named(String name) {
        return new ServicePatch(name, Patch.absent(), null, null, null, null, Duration.ofSeconds(2));
    }
}
