package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

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
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of one lane. What is decided is sent together with the commit, in one round trip: if a statement fails,
 * PostgreSQL turns the commit behind it into a rollback. Each transaction leaves its id in {@code recent_write}, by which
 * a lost answer to the commit is found out.
 */
final class PgTransactions<C, R> implements Transactions<C, R> {

    private static final Sql SQL = Sql.load("recent_write");
    private static final String LEAVE = SQL.get("leave");
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

    private Future<Batch<R>> attempt(List<Write<C>> writes, int number) {
        Attempt<R> attempt = new Attempt<>();
        return database.onConnection(connection -> transaction(connection, attempt, writes))
                .recover(cause -> failed(cause, writes, attempt, number));
    }

    private Future<Batch<R>> transaction(SqlConnection connection, Attempt<R> attempt, List<Write<C>> writes) {
        Future<?> begun = connection
                .query(database.begin() + ";\n" + LEAVE.formatted(attempt.id))
                .execute();
        return writer.run(connection, begun, writes)
                .recover(cause -> Session.rollback(connection, cause))
                .compose(sent -> commit(connection, attempt, sent));
    }

    private Future<Batch<R>> commit(SqlConnection connection, Attempt<R> attempt, Sent<R> sent) {
        attempt.batch = sent.batch();
        Future<?> committed = Session.commit(connection);
        return Future.join(sent.written(), committed).map(sent.batch());
    }

    private Future<Batch<R>> failed(Throwable cause, List<Write<C>> writes, Attempt<R> attempt, int number) {
        boolean late = cause instanceof TimeoutException; // it goes on without us, and may commit yet
        if (PgErrors.lostAnswer(cause) && (late || attempt.batch != null)) {
            return settle(writes, attempt, number);
        }
        boolean again = PgErrors.overtaken(cause) || PgErrors.lostAnswer(cause);
        if (number < ATTEMPTS && again) { // nothing was committed: decided again, it sees what overtook it
            return database.pause(number).compose(ignored -> attempt(writes, number + 1));
        }
        Throwable reason = PgErrors.overtaken(cause) ? PgErrors.unavailable() : PgErrors.nothingDone(cause);
        return Future.failedFuture(PgErrors.refused(cause) ? new RefusedBatchException(reason) : reason);
    }

    /**
     * Taking the transaction's own id waits for it if it is still under way. Either it is there, so all was committed; or
     * it is ours now, so that one can never be committed any more.
     */
    private Future<Batch<R>> settle(List<Write<C>> writes, Attempt<R> attempt, int number) {
        return taken(attempt.id, 1).compose(taken -> {
            if (!taken) {
                return Future.succeededFuture(attempt.committed());
            }
            return number < ATTEMPTS ? attempt(writes, number + 1) : Future.failedFuture(PgErrors.unavailable());
        });
    }

    /** Asked again while the database is away: it may be back in a moment. */
    private Future<Boolean> taken(UUID id, int number) {
        return database.write(TAKE, Tuple.of(id))
                .compose(ignored -> database.read(TAKEN, Tuple.of(id)))
                .map(rows -> rows.iterator().next().getBoolean("taken"))
                .recover(cause -> number < ATTEMPTS && PgErrors.mayPass(cause)
                        ? database.pause(number).compose(ignored -> taken(id, number + 1))
                        : PgErrors.nobodyKnows(cause));
    }

    /** One transaction: its id, and what it commits once that is decided. */
    private static final class Attempt<R> {

        private final UUID id = WriteIds.next();
        private @Nullable Batch<R> batch;

        /** Its id is sent behind what was decided, so that one is there when the other is. */
        Batch<R> committed() {
            return requireNonNull(batch, "committed before it was decided");
        }
    }
}
