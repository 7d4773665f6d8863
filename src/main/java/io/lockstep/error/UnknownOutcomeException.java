package io.lockstep.error;

/**
 * A write whose fate nobody can tell: the database went away in the middle of it and has not come back. A client that
 * were told of an error would repeat the write, so the connection is closed without an answer.
 */
public final class UnknownOutcomeException extends RuntimeException {

    public UnknownOutcomeException(Throwable cause) {
        super("the database was lost in the middle of a write", cause);
    }
}
