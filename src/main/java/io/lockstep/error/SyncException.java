package io.lockstep.error;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;

/** An expected failure: it goes to the client as it is, and is never logged as an error. */
public final class SyncException extends RuntimeException {

    private final ErrorCode errorCode;

    /**
     * @param message what the client reads; it names no secret
     */
    public SyncException(ErrorCode errorCode, String message) {
        super(message, null, false, false); // an expected outcome needs no stack trace
        this.errorCode = errorCode;
    }

    /** A future that has failed so. */
    public static <T> Future<T> failedFuture(ErrorCode errorCode, String message) {
        return Future.failedFuture(new SyncException(errorCode, message));
    }

    /** Which failure it is. */
    public ErrorCode errorCode() {
        return errorCode;
    }

    @Override
    public String getMessage() {
        return requireNonNull(super.getMessage());
    }
}
