package io.lockstep.store.pg.lane;

import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers many one after another: a fault of whoever takes one answer keeps nobody else's back. */
public final class Answering {

    private static final Logger log = LoggerFactory.getLogger(Answering.class);

    private Answering() {}

    /** Completes or fails a promise that is waited for by code which is not ours to trust with what follows. */
    public static <T> void tell(Promise<T> promise, AsyncResult<T> answer) {
        try {
            if (answer.succeeded()) {
                promise.complete(answer.result());
            } else {
                promise.fail(answer.cause());
            }
        } catch (RuntimeException fault) {
            log.error("an answer was not taken", fault);
        }
    }
}
