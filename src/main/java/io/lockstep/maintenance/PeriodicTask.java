package io.lockstep.maintenance;

import io.lockstep.error.Timeouts;
import io.lockstep.store.MaintenanceRepository;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task on one node at a time, by a lease: run, wait, run again; a run never overlaps the one before it. A run
 * says how long to wait until the next.
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
        pause(spec.pause());
    }

    /** No run begins any more; succeeds when the last one has ended and the lease is given back. */
    public Future<Void> stop() {
        stopped = true;
        Future<Void> released = running.otherwiseEmpty().compose(ignored -> leases.releaseLease(spec.name(), node));
        return Timeouts.within(vertx, STOP_PATIENCE, released).otherwiseEmpty(); // a lease runs out by itself
    }

    private void run() {
        if (stopped) {
            return;
        }
        running = leases.acquireLease(spec.name(), node, spec.pause().multipliedBy(3))
                .compose(ours -> ours ? spec.run().get() : Future.succeededFuture(spec.pause()))
                .onSuccess(this::pause)
                .onFailure(cause -> {
                    log.warn("{} failed, trying again in {}: {}", spec.name(), spec.pause(), cause.toString());
                    pause(spec.pause());
                });
    }

    /** With jitter where it is long, so that nodes that started together do not ask together for ever. */
    private void pause(Duration pause) {
        long jitter = pause.compareTo(spec.pause()) < 0
                ? 0
                : ThreadLocalRandom.current().nextLong(pause.toMillis() / 4 + 1);
        vertx.setTimer(Math.max(1, pause.toMillis() + jitter), timer -> run());
    }

    /**
     * What to run.
     *
     * @param pause before the first run, and after one that failed or was another node's
     * @param run one bounded piece of work; the future holds how long to wait until the next, at most the pause
     */
    public record Spec(String name, Duration pause, Supplier<Future<Duration>> run) {

        /**
         * Work that is done in batches: a full one is followed by the next at once.
         *
         * @param batch the future holds how much was done
         * @param size how much one does at most
         */
        public static Spec batches(String name, Duration pause, int size, Supplier<Future<Integer>> batch) {
            return new Spec(name, pause, () -> batch.get().map(done -> done >= size ? Duration.ZERO : pause));
        }
    }
}
