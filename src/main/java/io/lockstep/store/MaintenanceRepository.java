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

    /** Asks the database nothing but whether it answers. */
    Future<Void> ping();

    /** Forgets at most {@code limit} writes that were committed so long ago. The number forgotten. */
    Future<Integer> pruneWrites(Duration age, int limit);

    /** Forgets at most {@code limit} idempotency keys that were used so long ago. The number forgotten. */
    Future<Integer> pruneKeys(Duration age, int limit);

    /**
     * Removes at most {@code limit} documents that were deleted so long ago, by themselves or with their Service. The
     * number removed.
     */
    Future<Integer> purgeDocuments(Duration age, int limit);

    /**
     * Removes the rows of at most {@code limit} Services that were deleted so long ago and are empty by now. The number
     * removed.
     */
    Future<Integer> purgeServices(Duration age, int limit);
}
