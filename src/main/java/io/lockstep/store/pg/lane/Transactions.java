package io.lockstep.store.pg.lane;

import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import java.util.List;

/** Commits batches. */
public interface Transactions<C, R> {

    /**
     * One batch in one transaction. Fails with {@link RefusedBatchException} when the database has refused it and nothing
     * was done; with UNAVAILABLE when it cannot be reached and nothing was done; and with UnknownOutcomeException when
     * nobody knows.
     */
    Future<Batch<R>> commit(List<Write<C>> writes);
}
