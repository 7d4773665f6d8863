package io.lockstep.write;

import io.lockstep.error.ErrorCode;

/** What became of a command. */
public sealed interface Outcome<R> {

    /** It was done. */
    record Done<R>(R result) implements Outcome<R> {}

    /** It was refused, and has changed nothing. */
    record Refused<R>(ErrorCode errorCode, String message) implements Outcome<R> {}
}
