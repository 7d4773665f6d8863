package io.lockstep.app;

import io.lockstep.config.Config;
import io.lockstep.maintenance.Membership.NodeId;
import io.lockstep.maintenance.PeriodicTask;
import io.lockstep.maintenance.PeriodicTask.Spec;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the background tasks; of several nodes one does each. */
final class MaintenanceVerticle extends VerticleBase {

    private static final int CONNECTIONS = 5; // two lanes at work, beside what is purged
    private static final int BATCH = 500;
    private static final Duration SWEEP_HORIZON = Duration.ofMillis(500); // what comes to expire sooner is not seen
    private static final Duration PURGE_PAUSE = Duration.ofSeconds(10);
    private static final Duration PURGE_GRACE = Duration.ofMinutes(1);
    private static final Duration PRUNE_PAUSE = Duration.ofSeconds(20);
    private static final Duration WRITES_KEPT = Duration.ofMinutes(10); // far longer than any is sent again
    private static final Duration KEYS_KEPT = Duration.ofHours(24); // docs/rest-api.md promises it
    private static final Duration INVALIDATIONS_KEPT = Duration.ofMinutes(1);

    private final Storage storage;
    private final NodeId node;
    private final Duration webhooksKept;
    private final Duration lease;
    private final UUID holder = UUID.randomUUID(); // of the leases of tasks
    private List<PeriodicTask> tasks = List.of();
    private @Nullable Database database;

    MaintenanceVerticle(Storage storage, NodeId node, Config config) {
        this.storage = storage;
        this.node = node;
        this.webhooksKept = config.webhooks().retention();
        this.lease = config.realtime().nodeLease();
    }

    @Override
    public Future<?> start() {
        database = storage.open(vertx, "maintenance", CONNECTIONS);
        PgRepositories store = storage.over(database);
        MaintenanceRepository maintenance = store.maintenance();
        InvalidationRepository invalidations = store.invalidations();
        tasks = Stream.of(
                        new Spec("sweep", SWEEP_HORIZON, () -> store.expiry().sweep(BATCH, SWEEP_HORIZON)),
                        new Spec(
                                "tell who has gone",
                                SWEEP_HORIZON,
                                () -> store.presence().tellGone(BATCH, SWEEP_HORIZON)),
                        Spec.batches(
                                "take over",
                                takeOverPause(),
                                BATCH,
                                () -> store.presence().takeOver(node.get(), lease, BATCH)),
                        Spec.batches("purge", PURGE_PAUSE, BATCH, () -> maintenance.purge(PURGE_GRACE, BATCH)),
                        Spec.batches(
                                "prune tombstones",
                                PURGE_PAUSE,
                                BATCH,
                                () -> maintenance.pruneTombstones(
                                        storage.sizes().tombstones(), BATCH)),
                        Spec.batches(
                                "prune invalidations",
                                PRUNE_PAUSE,
                                BATCH,
                                () -> invalidations.prune(INVALIDATIONS_KEPT, BATCH)),
                        Spec.batches(
                                "prune recent writes",
                                PRUNE_PAUSE,
                                BATCH,
                                () -> maintenance.pruneWrites(WRITES_KEPT, BATCH)),
                        Spec.batches(
                                "prune webhooks",
                                PRUNE_PAUSE,
                                BATCH,
                                () -> store.webhooks().prune(webhooksKept, BATCH)),
                        Spec.batches(
                                "prune idempotency keys",
                                PRUNE_PAUSE,
                                BATCH,
                                () -> maintenance.pruneKeys(KEYS_KEPT, BATCH)))
                .map(spec -> new PeriodicTask(vertx, maintenance, holder, spec))
                .toList();
        tasks.forEach(PeriodicTask::start);
        return Future.succeededFuture();
    }

    /** So that what a dead node has left is taken over before its lease would have ended, had it been renewed just then. */
    private Duration takeOverPause() {
        return lease.dividedBy(15);
    }

    @Override
    public Future<?> stop() {
        return Future.join(tasks.stream().map(PeriodicTask::stop).toList())
                .eventually(() -> database == null ? Future.succeededFuture() : database.close());
    }
}
