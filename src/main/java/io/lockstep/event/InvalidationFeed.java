package io.lockstep.event;

import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.InvalidationRepository.Invalidation;
import io.lockstep.store.InvalidationRepository.Invalidations;
import io.lockstep.store.InvalidationRepository.Listener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the invalidations twice a second and tells its listeners. Belongs to the event loop that started it. What was
 * committed is told within a second, or {@link #current} says that it is not.
 */
public final class InvalidationFeed {

    private static final Logger log = LoggerFactory.getLogger(InvalidationFeed.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration CURRENT_FOR = Duration.ofSeconds(1);
    private static final Duration KEPT_FOR = Duration.ofSeconds(30); // half of what the pruner leaves

    private final Vertx vertx;
    private final InvalidationRepository invalidations;

    private List<Listener> listeners = List.of();
    private @Nullable String horizon;
    private long readAt = System.nanoTime() - KEPT_FOR.toNanos();
    private boolean failing;

    public InvalidationFeed(Vertx vertx, InvalidationRepository invalidations) {
        this.vertx = vertx;
        this.invalidations = invalidations;
    }

    /** Begins; the first reading decides from where. */
    public void start(Listener... all) {
        listeners = List.of(all);
        read();
    }

    /** Ends; the reading that is under way tells nobody. */
    public void stop() {
        listeners = List.of();
    }

    /** Whether everything that was committed a second ago has been told. */
    public boolean current() {
        return horizon != null && System.nanoTime() - readAt < CURRENT_FOR.toNanos();
    }

    private void read() {
        long startedAt = System.nanoTime();
        if (horizon != null && startedAt - readAt > KEPT_FOR.toNanos()) {
            horizon = null; // some may have been pruned unread
        }
        Future<Invalidations> reading = horizon == null ? fresh() : invalidations.since(horizon);
        reading.onSuccess(it -> tell(it, startedAt)).onFailure(this::complain).onComplete(ignored -> again(startedAt));
    }

    private Future<Invalidations> fresh() {
        return invalidations.horizon().map(from -> {
            listeners.forEach(Listener::forgetAll);
            return new Invalidations(from, List.of());
        });
    }

    private void tell(Invalidations read, long startedAt) {
        if (horizon != null && Long.parseLong(read.horizon()) < Long.parseLong(horizon)) {
            log.warn("the database went back in time, forgetting everything");
            horizon = null;
            return;
        }
        horizon = read.horizon();
        readAt = startedAt;
        failing = false;
        for (Invalidation invalidation : read.rows()) {
            listeners.forEach(listener -> listener.forget(invalidation));
        }
    }

    private void complain(Throwable cause) {
        if (!failing && !listeners.isEmpty()) {
            failing = true;
            log.warn(
                    "cannot read invalidations ({}); credentials are looked up one by one until it works",
                    cause.toString());
        }
    }

    /** So much after the last began, not after it ended: a slow database is asked as often. */
    private void again(long startedAt) {
        if (!listeners.isEmpty()) {
            long elapsed = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
            vertx.setTimer(Math.max(1, INTERVAL.toMillis() - elapsed), timer -> read());
        }
    }
}
