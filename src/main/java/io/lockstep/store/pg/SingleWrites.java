package io.lockstep.store.pg;

import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.store.Once;
import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.store.pg.lane.BatchWriter.Sent;
import io.lockstep.store.pg.lane.RefusedBatchException;
import io.lockstep.write.Outcome;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes of one kind that no lane carries. Each is a statement that may be sent again; one that has a key is a transaction,
 * which the statement shares with the key.
 */
final class SingleWrites<R> {

    private final Database database;
    private final PgTransactions<Keyed<Function<Statements, Future<R>>, R>, R> transactions;

    SingleWrites(Database database) {
        this.database = database;
        this.transactions = new PgTransactions<>(database, new IdempotentWriter<>(SingleWrites::run));
    }

    /**
     * Does a write.
     *
     * @param work sends what changes something by the statements that it is given; it may be called again after an attempt
     *     that came to nothing
     */
    Future<R> run(Caller caller, Sid service, @Nullable Once<R> once, Function<Statements, Future<R>> work) {
        if (once == null) {
            return work.apply(database::write);
        }
        return transactions
                .commit(List.of(new Write<>(caller, service, new Keyed<>(work, once))))
                .map(done -> done.outcomes().get(0).result())
                .recover(cause ->
                        Future.failedFuture(cause instanceof RefusedBatchException ? cause.getCause() : cause));
    }

    private static <R> Future<Sent<R>> run(
            SqlConnection connection, Future<?> begun, List<Write<Function<Statements, Future<R>>>> single) {
        return begun.compose(ignored -> single.get(0)
                .command()
                .apply((sql, parameters) -> connection.preparedQuery(sql).execute(parameters))
                .<Outcome<R>>map(Outcome.Done::new)
                .recover(SingleWrites::refused)
                .map(outcome -> new Sent<>(new Batch<>(List.of(outcome), List.of(), false), Future.succeededFuture())));
    }

    /** What a client is refused with is decided, and answered again; a failure of ours is not. */
    private static <R> Future<Outcome<R>> refused(Throwable cause) {
        return cause instanceof SyncException refusal && refusal.errorCode().httpStatus() < 500
                ? Future.succeededFuture(new Outcome.Refused<>(refusal.errorCode(), refusal.getMessage()))
                : Future.failedFuture(cause);
    }

    /** Where a write's statements run. */
    interface Statements {

        Future<RowSet<Row>> run(String sql, Tuple parameters);
    }
}
