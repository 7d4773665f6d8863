package io.lockstep.store.pg.lane;

/** The server answered a batch with an error, and nothing of it was done. */
public final class RefusedBatchException extends RuntimeException {

    private final Throwable reason;

    public RefusedBatchException(Throwable reason) {
        super(reason);
        this.reason = reason;
    }

    /** What a single write would be told. */
    Throwable reason() {
        return reason;
    }
}
