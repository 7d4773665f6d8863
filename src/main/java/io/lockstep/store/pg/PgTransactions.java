package io.lockstep.store.pg;

import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.store.pg.lane.BatchWriter.Sent;
import io.lockstep.store.pg.lane.RefusedBatchException;
import io.lockstep.store.pg.lane.Transactions;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/**
 * Transactions of one lane. What is decided is sent together with the commit, in one round trip: if a statement fails,
 * PostgreSQL turns the commit behind it into a rollback. Each transaction leaves its id in {@code recent_write}, by which
 * a lost answer to the commit is found out.
 */
final class PgTransactions<C, R> implements Transactions<C, R> {

    private static final Sql SQL = Sql.load("recent_write");
    private static final String MARK = SQL.get("mark");
    private static final String TAKE = SQL.get("take");
    private static final String TAKEN = SQL.get("taken");
    private static final int ATTEMPTS = 4;

    private final Database database;
    private final BatchWriter<C, R> writer;

    PgTransactions(Database database, BatchWriter<C, R> writer) {
        this.database = database;
        this.writer = writer;
    }

    @Override
    public Future<Batch<R>> commit(List<Write<C>> writes) {
        return attempt(writes, 1);
    }

    private Future<Batch<R>> attempt(List<Write<C>> writes, int attempt) {
        UUID id = UUID.randomUUID();
        return database.laneConnection()
                .compose(connection -> transaction(connection, id, writes).eventually(connection::close))
                .recover(cause -> failed(cause, writes, id, attempt));
    }

    private Future<Batch<R>> transaction(SqlConnection connection, UUID id, List<Write<C>> writes) {
        Future<?> begun = connection.query("BEGIN").execute();
        return writer.run(connection, writes)
                .recover(cause -> connection.query("ROLLBACK").execute().transform(done -> Future.failedFuture(cause)))
                .compose(sent -> commit(connection, id, sent, begun));
    }

    private Future<Batch<R>> commit(SqlConnection connection, UUID id, Sent<R> sent, Future<?> begun) {
        Future<?> marked = connection.preparedQuery(MARK).execute(Tuple.of(id));
        Future<?> committed = connection.query("COMMIT").execute();
        return Future.join(List.of(begun, sent.written(), marked, committed))
                .map(sent.batch())
                .recover(cause -> Future.failedFuture(
                        PgErrors.lostAnswer(cause) ? new CommitLostException(sent.batch(), cause) : cause));
    }

    private Future<Batch<R>> failed(Throwable cause, List<Write<C>> writes, UUID id, int attempt) {
        if (cause instanceof CommitLostException lost) {
            return settle(lost, writes, id, attempt);
        }
        boolean again = attempt < ATTEMPTS && (PgErrors.overtaken(cause) || PgErrors.lostAnswer(cause));
        if (again) { // nothing was committed: decided again it sees what overtook it, or has a living connection
            return database.pause(attempt).compose(ignored -> attempt(writes, attempt + 1));
        }
        Throwable reason = PgErrors.overtaken(cause) ? PgErrors.unavailable() : PgErrors.nothingDone(cause);
        return Future.failedFuture(PgErrors.refused(cause) ? new RefusedBatchException(reason) : reason);
    }

    /**
     * Taking the transaction's own id waits for it if it is still under way. Either it is there, so all was committed; or
     * it is ours now, so that one can never be committed any more.
     */
    private Future<Batch<R>> settle(CommitLostException lost, List<Write<C>> writes, UUID id, int attempt) {
        return taken(id, 1).compose(taken -> {
            if (!taken) {
                return Future.succeededFuture(lost.<R>batch());
            }
            return attempt < ATTEMPTS ? attempt(writes, attempt + 1) : Future.failedFuture(PgErrors.unavailable());
        });
    }

    /** Asked again while the database is away: it may be back in a moment. */
    private Future<Boolean> taken(UUID id, int attempt) {
        return database.write(TAKE, Tuple.of(id))
                .compose(ignored -> database.read(TAKEN, Tuple.of(id)))
                .map(rows -> rows.iterator().next().getBoolean("taken"))
                .recover(cause -> attempt < ATTEMPTS && PgErrors.mayPass(cause)
                        ? database.pause(attempt).compose(ignored -> taken(id, attempt + 1))
                        : PgErrors.nobodyKnows(cause));
    }

    /** The connection went after the commit was sent. */
    private static final class CommitLostException extends RuntimeException {

        private final transient Batch<?> batch;

        CommitLostException(Batch<?> batch, Throwable cause) {
            super(cause);
            this.batch = batch;
        }

        @SuppressWarnings("unchecked") // exceptions cannot be generic; it is the batch of the one who catches it
        <T> Batch<T> batch() {
            return (Batch<T>) batch;
        }
    }
}
