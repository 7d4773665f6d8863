package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.model.Document;

/**
 * What became of an operation, as the one who asked saw it.
 *
 * @param invoked when it was asked for, and when it was answered: nanoseconds of this JVM's clock
 * @param document null when it failed, and of a delete
 * @param failure null when it was done
 */
record Observation(Operation operation, long invoked, long answered, Document document, Throwable failure) {

    boolean done() {
        return failure == null;
    }

    /** Whether it may have been done. */
    boolean unknown() {
        return failure instanceof UnknownOutcomeException;
    }

    /** Null when it was not refused. */
    ErrorCode refusal() {
        return failure instanceof SyncException refused ? refused.errorCode() : null;
    }

    boolean is(Operation.Kind kind) {
        return operation.is(kind);
    }
}
