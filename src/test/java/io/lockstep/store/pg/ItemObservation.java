package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;

/**
 * What became of an operation, as the one who asked saw it.
 *
 * @param invoked when it was asked for, and when it was answered: nanoseconds of this JVM's clock
 * @param answer null when it failed
 * @param failure null when it was done
 */
record ItemObservation(
        ItemOperation operation, long invoked, long answered, ItemOperation.Answer answer, Throwable failure) {

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

    /** In a word. */
    String outcome() {
        if (done()) {
            return "done";
        }
        return refusal() == null
                ? failure.getClass().getSimpleName()
                : refusal().toString();
    }
}
