package io.lockstep.ops;

import io.lockstep.error.Timeouts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether this node should get requests: it has started, its database answers, and it is not stopping. */
public final class Readiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private volatile @Nullable Supplier<Future<?>> database;

    /** The node has started; the supplier asks its database something that costs nothing. */
    public void started(Supplier<Future<?>> databaseProbe) {
        database = databaseProbe;
    }

    /** The node has begun to stop. */
    public void draining() {
        database = null;
    }

    /** Null when it is ready, else why not. */
    Future<@Nullable String> whyNot(Vertx vertx) {
        Supplier<Future<?>> probe = database;
        if (probe == null) {
            return Future.succeededFuture("starting or stopping");
        }
        return Timeouts.within(vertx, TIMEOUT, probe.get())
                .transform(result -> Future.succeededFuture(
                        result.succeeded() ? null : "the database does not answer, or takes no writes"));
    }
}
