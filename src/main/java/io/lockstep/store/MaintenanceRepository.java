package io.lockstep.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;

/** What background tasks ask of storage. */
public interface MaintenanceRepository {

    /** Takes or renews the lease of a task, unless another holder's is still running. Whether we hold it. */
    Future<Boolean> acquireLease(String task, UUID holder, Duration duration);

    /** Gives the lease back early, if it is ours. */
    Future<Void> releaseLease(String task, UUID holder);

    /** Asks the database nothing but whether it answers, and takes writes. Fails with UNAVAILABLE when it does not. */
    Future<Void> ping();

    /** Forgets at most {@code limit} writes that were committed so long ago. The number forgotten. */
    Future<Integer> pruneWrites(Duration age, int limit);

    /** Forgets at most {@code limit} idempotency keys that were used so long ago. The number forgotten. */
    Future<Integer> pruneKeys(Duration age, int limit);

    /**
     * Removes rows of what was deleted so long ago: of every table at most {@code limit}, each in a statement of its own.
     * Of the table that most were removed of, the number.
     */
    Future<Integer> purge(Duration age, int limit);

    /** Forgets at most {@code limit} items of each kind that were removed so long ago. The greater number forgotten. */
    Future<Integer> pruneTombstones(Duration age, int limit);
}
