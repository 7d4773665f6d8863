package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;

/** What became of a command. */
public sealed interface Outcome<R> {

    /** What its caller gets; throws what its caller is failed with. */
    R result();

    /** It was done. */
    record Done<R>(R result) implements Outcome<R> {}

    /** A refusal with the code and the message of an exception. */
    static <R> Outcome<R> refused(SyncException cause) {
        return new Refused<>(cause.errorCode(), cause.getMessage());
    }

    /** It was refused, and has changed nothing. */
    record Refused<R>(ErrorCode errorCode, String message) implements Outcome<R> {

        @Override
        public R result() {
            throw new SyncException(errorCode, message);
        }
    }

    /** It had been answered before, so nothing was decided now. */
    record Repeated<R>(RuntimeException answer) implements Outcome<R> {

        @Override
        public R result() {
            throw answer;
        }
    }
}
