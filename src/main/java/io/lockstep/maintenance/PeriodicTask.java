package io.lockstep.maintenance;

import io.lockstep.store.MaintenanceRepository;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task on one node at a time, by a lease: run, wait, run again; a run never overlaps the one before it. A run
 * that removed as much as it may at once is followed by the next without a wait.
 */
public final class PeriodicTask {

    private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final MaintenanceRepository leases;
    private final UUID node;
    private final Spec spec;
    private Future<?> running = Future.succeededFuture();
    private boolean stopped;

    public PeriodicTask(Vertx vertx, MaintenanceRepository leases, UUID node, Spec spec) {
        this.vertx = vertx;
        this.leases = leases;
        this.node = node;
        this.spec = spec;
    }

    /** The first run comes after a pause. */
    public void start() {
        pause();
    }

    /** No run begins any more; succeeds when the last one has ended and the lease is given back. */
    public Future<Void> stop() {
        stopped = true;
        return running.otherwiseEmpty()
                .compose(ignored -> leases.releaseLease(spec.name(), node))
                .timeout(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS) // a lease runs out by itself
                .otherwiseEmpty();
    }

    private void run() {
        if (stopped) {
            return;
        }
        running = leases.acquireLease(spec.name(), node, spec.pause().multipliedBy(3))
                .compose(ours -> ours ? spec.batch().get() : Future.succeededFuture(0))
                .onSuccess(this::next)
                .onFailure(cause -> {
                    log.warn("{} failed, trying again in {}: {}", spec.name(), spec.pause(), cause.toString());
                    pause();
                });
    }

    private void next(int removed) {
        if (removed > 0) {
            log.debug("{}: {}", spec.name(), removed);
        }
        if (removed >= spec.batchSize()) {
            vertx.runOnContext(ignored -> run());
        } else {
            pause();
        }
    }

    /** With jitter, so that nodes that started together do not ask together for ever. */
    private void pause() {
        long millis = spec.pause().toMillis();
        vertx.setTimer(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1), timer -> run());
    }

    /**
     * What to run.
     *
     * @param batch one bounded piece of work; the future holds how much was done
     * @param batchSize how much one piece does at most
     */
    public record Spec(String name, Duration pause, int batchSize, Supplier<Future<Integer>> batch) {}
}
