package io.lockstep.app;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Ending a Vert.x together with the work that ran on it. */
final class Closing {

    private Closing() {}

    /**
     * The outcome of the work, once the Vert.x that it ran on is closed. It belongs to no event loop: those that a chain
     * of futures would come back to have ended by then.
     */
    static <T> Future<T> after(Future<T> work, Vertx vertx) {
        Promise<T> closed = Promise.promise();
        work.onComplete(outcome -> vertx.close().onComplete(ignored -> closed.handle(outcome)));
        return closed.future();
    }
}
