package io.lockstep.store.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** Tells the database's time in this JVM's: both were read at one moment. */
record DatabaseClock(long nanos, Instant time) {

    /** By so much it may be wrong, and a statement may be slower than the test thinks. */
    static final long TOLERANCE = Duration.ofMillis(20).toNanos();

    private static final int PROBES = 20;

    /** The one that was read fastest of several. */
    static DatabaseClock read(Connection connection) throws SQLException {
        DatabaseClock best = null;
        long fastest = Long.MAX_VALUE;
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < PROBES; i++) {
                long before = System.nanoTime();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()");
                row.next();
                long took = System.nanoTime() - before;
                if (took < fastest) {
                    fastest = took;
                    best = new DatabaseClock(
                            before + took / 2, row.getTimestamp(1).toInstant());
                }
            }
        }
        return best;
    }

    long nanos(Instant then) {
        return nanos + Duration.between(time, then).toNanos();
    }
}
