package io.lockstep.store.pg.lane;

import io.lockstep.model.Change;
import io.lockstep.write.Outcome;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/** What a transaction does for one kind of object, between its begin and its commit. */
public interface BatchWriter<C, R> {

    /**
     * Locks the rows that the writes name, in the order of their keys, reads what they need, and decides. The future has
     * succeeded when it is decided what to write, and that has been sent.
     *
     * @param begun the transaction, when it has succeeded: what is written before would be committed by itself
     */
    Future<Sent<R>> run(SqlConnection connection, Future<?> begun, List<Write<C>> writes);

    /**
     * A batch whose statements are on their way.
     *
     * @param written fails when one of them fails; a commit that follows them on the connection then rolls back
     */
    record Sent<R>(Batch<R> batch, Future<?> written) {}

    /**
     * What was decided.
     *
     * @param outcomes one a write, in their order
     * @param changes to be published after the commit
     * @param webhooksDue whether any of them has a row in the outbox
     */
    record Batch<R>(List<Outcome<R>> outcomes, List<Change> changes, boolean webhooksDue) {}
}
