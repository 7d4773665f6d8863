package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.model.Caller;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.SyncService;
import io.lockstep.store.Answer;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.Once;
import io.lockstep.store.RepeatedException;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MaintenanceRepositoryTest {

    @RegisterExtension
    static final TestStore store = new TestStore();

    private static final Duration LONG = Duration.ofMinutes(5);

    private final MaintenanceRepository maintenance = store.repositories().maintenance();
    private final String task = "task " + UUID.randomUUID();
    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    @Test
    void aLeaseIsHeldByOneAndCanBeRenewed() {
        assertThat(await(maintenance.acquireLease(task, one, LONG))).isTrue();
        assertThat(await(maintenance.acquireLease(task, other, LONG))).isFalse();
        assertThat(await(maintenance.acquireLease(task, one, LONG))).isTrue();
    }

    @Test
    void aLeaseThatHasRunOutGoesToWhoAsks() {
        await(maintenance.acquireLease(task, one, Duration.ofMillis(-1)));

        assertThat(await(maintenance.acquireLease(task, other, LONG))).isTrue();
        assertThat(await(maintenance.acquireLease(task, one, LONG))).isFalse();
    }

    @Test
    void onlyItsHolderGivesALeaseBack() {
        await(maintenance.acquireLease(task, one, LONG));

        await(maintenance.releaseLease(task, other));
        assertThat(await(maintenance.acquireLease(task, other, LONG))).isFalse();

        await(maintenance.releaseLease(task, one));
        assertThat(await(maintenance.acquireLease(task, other, LONG))).isTrue();
    }

    @Test
    void deletedServicesArePurgedInBoundedBatchesAndOthersStay() {
        Caller caller = TestStore.newCaller();
        SyncService staying = create(caller);
        for (int i = 0; i < 3; i++) {
            await(store.repositories()
                    .services()
                    .delete(caller, new ServiceName.BySid(create(caller).sid())));
        }

        assertThat(await(maintenance.purge(Duration.ofHours(1), 100))).isZero(); // those of other tests neither
        assertThat(await(maintenance.purge(Duration.ZERO, 2))).isEqualTo(2);
        while (await(maintenance.purge(Duration.ZERO, 100)) > 0) {
            // those of other tests too
        }

        assertThat(await(store.repositories().services().get(caller, new ServiceName.BySid(staying.sid()))))
                .isEqualTo(staying);
    }

    @Test
    void keysAreForgottenInBoundedBatchesWhenTheyAreOldEnough() {
        Caller caller = TestStore.newCaller();
        for (int i = 0; i < 3; i++) {
            await(create(caller, "old " + i));
        }
        TestDatabase.execute(
                TestDatabase.parsedUrl(),
                "UPDATE idempotency SET date_created = date_created - interval '25 hours' WHERE account_sid = '"
                        + caller.accountSid().id() + "'");
        await(create(caller, "young"));

        assertThat(await(maintenance.pruneKeys(Duration.ofHours(26), 100))).isZero();
        assertThat(catchThrowable(() -> await(create(caller, "old 0")))).isInstanceOf(RepeatedException.class);
        assertThat(await(maintenance.pruneKeys(Duration.ofHours(24), 2))).isEqualTo(2);
        assertThat(await(maintenance.pruneKeys(Duration.ofHours(24), 2))).isEqualTo(1);

        assertThat(await(create(caller, "old 0"))).isNotNull();
        assertThat(catchThrowable(() -> await(create(caller, "young")))).isInstanceOf(RepeatedException.class);
    }

    private static Future<SyncService> create(Caller caller, String key) {
        Once<SyncService> once = new Once<>(key, Buffer.buffer(), it -> new Answer.Success(201, null, null));
        return store.repositories().services().create(caller, ServicePatch.EMPTY, once);
    }

    private static SyncService create(Caller caller) {
        return await(store.repositories().services().create(caller, ServicePatch.EMPTY));
    }
}
