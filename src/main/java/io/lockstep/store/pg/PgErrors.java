package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** The one place that reads SQLSTATEs and the client library's exceptions. */
final class PgErrors {

    /** The server said no, and nothing was done; another time, or another node, may do better. */
    private static final Set<String> TRY_LATER = Set.of(
            "40001", // serialization failure
            "40P01", // deadlock
            "53200", // out of memory
            "53300", // too many connections
            "55P03", // lock not available
            "57014", // statement time-out
            "57P03"); // starting up, or shutting down

    /** The server ended the session: what it was doing may or may not have been committed. */
    private static final Set<String> SESSION_ENDED =
            Set.of("25P03", "57P01", "57P02", "57P05", "08000", "08003", "08006");

    /** With which a standby refuses a session that asks to write, before or after its first snapshot. */
    private static final Set<String> NO_PRIMARY = Set.of("0A000", "25001");

    private static final String READ_ONLY = "25006";

    private static final Set<String> OVERTAKEN = Set.of("23505", "40001", "40P01");

    private PgErrors() {}

    /** Whether the connection went, and with it the answer; the statement may have been executed. */
    static boolean lostAnswer(Throwable cause) {
        if (cause instanceof PgException pg) {
            return SESSION_ENDED.contains(pg.getSqlState()) || endedByPooler(pg);
        }
        return cause instanceof VertxException || cause instanceof IOException || cause instanceof TimeoutException;
    }

    /** A pooler has this one state for all that ends a connection: its server has gone, or there was none for too long. */
    private static boolean endedByPooler(PgException cause) {
        return "08P01".equals(cause.getSqlState()) && "FATAL".equals(cause.getSeverity());
    }

    /** Whether the database may answer better in a moment. */
    static boolean mayPass(Throwable cause) {
        return lostAnswer(cause)
                || cause instanceof SyncException
                || isReadOnly(cause)
                || (cause instanceof PgException pg && TRY_LATER.contains(pg.getSqlState()));
    }

    /** Whether the server takes no writes, of this session or at all: it is not the primary, or not yet, or not any more. */
    static boolean isReadOnly(Throwable cause) {
        return cause instanceof PgException pg && (READ_ONLY.equals(pg.getSqlState()) || isNoPrimary(cause));
    }

    /** Whether no session was begun, because the server is not the primary. */
    static boolean isNoPrimary(Throwable cause) {
        return cause instanceof PgException pg
                && "FATAL".equals(pg.getSeverity())
                && NO_PRIMARY.contains(pg.getSqlState());
    }

    /** Whether a transaction lost a race that it will see when it is decided again: a name was taken, a deadlock. */
    static boolean overtaken(Throwable cause) {
        return cause instanceof PgException pg && OVERTAKEN.contains(pg.getSqlState());
    }

    /** Whether the server has refused a statement, and with it the transaction, and may do others of it. */
    static boolean refused(Throwable cause) {
        return cause instanceof PgException && !lostAnswer(cause) && !isReadOnly(cause);
    }

    /** A failure before or instead of any work: unavailable if it will pass, else the bug that it is. */
    static Throwable nothingDone(Throwable cause) {
        return mayPass(cause) ? unavailable() : cause;
    }

    /** The last attempt to learn what became of a write has failed too. */
    static <T> Future<T> nobodyKnows(Throwable cause) {
        return Future.failedFuture(new UnknownOutcomeException(cause));
    }

    /** Whether a failure is that of {@link #unavailable}. */
    static boolean isUnavailable(Throwable cause) {
        return cause instanceof SyncException expected && expected.errorCode() == ErrorCode.UNAVAILABLE;
    }

    static SyncException unavailable() {
        return new SyncException(ErrorCode.UNAVAILABLE, "The database is not available, try again later");
    }
}
