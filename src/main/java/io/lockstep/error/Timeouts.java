package io.lockstep.error;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Waiting that has an end, on the event loop that waits. {@link Future#timeout} would hand what is made of several futures
 * to a thread of Netty's, since it belongs to no event loop: to be timed there, and after a time-out to be gone on with there.
 */
public final class Timeouts {

    private Timeouts() {}

    /**
     * Another future's outcome if it comes in time; else a failure with {@link TimeoutException}, and what comes later is
     * nobody's.
     *
     * @param limit of one millisecond at least, or it is taken for one
     */
    public static <T> Future<T> within(Vertx vertx, Duration limit, Future<T> future) {
        Promise<T> outcome = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, limit.toMillis()), ignored -> outcome.tryFail(new TimeoutException("not within " + limit)));
        future.onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                outcome.tryComplete(done.result());
            } else {
                outcome.tryFail(done.cause());
            }
        });
        return outcome.future();
    }
}
