package io.lockstep.store.pg;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.error.Timeouts;
import io.lockstep.store.pg.lane.Turn;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, as one event loop uses it. Connections that do not answer any more are left behind for new ones: the server
 * ends a statement that takes too long, so one that gives no answer at all has lost its server. So are those of a server
 * that takes no writes: the address may lead to another one by now.
 */
public final class Database {

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private static final Duration SERVER_FIRST = Duration.ofSeconds(1); // its own time-out tells more than ours
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** For so long nothing is tried after a standby has refused: clients that come all at once would fill it. */
    private static final Duration REFUSED = Duration.ofMillis(100);

    /** Between the attempts to learn what became of a write. */
    private static final Duration[] PAUSES = {
        Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(2)
    };

    private final Vertx vertx;
    private final Connecting connecting;
    private final Session session;
    private final Duration queryTimeout;
    private SqlClient reads;
    private Pool writes;
    private long refusedUntil = System.nanoTime();
    private boolean failing;
    private boolean closed;

    private Database(Vertx vertx, Connecting connecting, Session session, Duration queryTimeout) {
        this.vertx = vertx;
        this.session = session;
        this.connecting = connecting;
        this.queryTimeout = queryTimeout;
        this.reads = connecting.reads();
        this.writes = connecting.writes();
    }

    /**
     * Prepares the connections; they are made when first needed.
     *
     * @param name of their pools in the metrics
     * @param connections how many in all, at least two
     */
    public static Database open(Vertx vertx, String name, DatabaseConfig config, int connections) {
        return open(vertx, new Connecting.Pools(name, connections), config, new Session(config, true));
    }

    /**
     * The same for work that is simply done again when the database loses it: should its server die, the commits of the last
     * moment may be gone. Nothing that anybody was promised goes through it.
     */
    public static Database openForRepeatable(Vertx vertx, String name, DatabaseConfig config, int connections) {
        return open(vertx, new Connecting.Pools(name, connections), config, new Session(config, false));
    }

    private static Database open(Vertx vertx, Connecting.Pools pools, DatabaseConfig config, Session session) {
        return new Database(vertx, new Connecting(vertx, pools, config, session), session, config.queryTimeout());
    }

    /** The event loop's, whose connections these are. */
    Turn turn() {
        return new EventLoopTurn(vertx);
    }

    /** What begins a transaction on a connection of these. */
    String begin() {
        return session.begin();
    }

    /** Runs a statement that changes nothing. Fails with UNAVAILABLE when the database cannot be reached. */
    Future<RowSet<Row>> read(String sql, Tuple parameters) {
        return readOnce(sql, parameters)
                .recover(cause -> PgErrors.lostAnswer(cause) && !(cause instanceof TimeoutException)
                        ? after(PAUSES[0], () -> readOnce(sql, parameters)) // a restart leaves dead connections behind
                        : Future.failedFuture(cause))
                .recover(cause -> Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    private Future<RowSet<Row>> readOnce(String sql, Tuple parameters) {
        if (refused()) {
            return Future.failedFuture(PgErrors.unavailable());
        }
        SqlClient used = reads;
        return answered(used.preparedQuery(sql).execute(parameters)).onFailure(cause -> {
            if (cause instanceof TimeoutException && used == reads) {
                reads = connecting.reads();
                used.close(); // when, if ever, its connections end
            }
        });
    }

    /**
     * Runs a statement that may be sent again: when its answer was lost it is, on another connection, until an answer
     * comes. Fails with UNAVAILABLE when nothing was done, and with UnknownOutcomeException when nobody knows.
     */
    Future<RowSet<Row>> write(String sql, Tuple parameters) {
        return writeOnce(sql, parameters)
                .recover(cause -> PgErrors.lostAnswer(cause)
                        ? settle(sql, parameters, 0, System.nanoTime() + queryTimeout.toNanos())
                        : Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    /**
     * Runs a statement that would do something else a second time. Fails with UNAVAILABLE when nothing was done, and with
     * UnknownOutcomeException when its answer was lost.
     */
    Future<RowSet<Row>> writeAtMostOnce(String sql, Tuple parameters) {
        return writeOnce(sql, parameters)
                .recover(cause -> PgErrors.lostAnswer(cause)
                        ? PgErrors.nobodyKnows(cause)
                        : Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    /** Sends a write again whose fate is not known, also while the database is away: it may have done the first. */
    private Future<RowSet<Row>> settle(String sql, Tuple parameters, int attempt, long deadline) {
        return after(PAUSES[attempt], () -> writeOnce(sql, parameters))
                .recover(cause -> attempt + 1 < PAUSES.length && deadline > System.nanoTime() && PgErrors.mayPass(cause)
                        ? settle(sql, parameters, attempt + 1, deadline)
                        : PgErrors.nobodyKnows(cause));
    }

    /** The pause lets the pool take note of connections that have closed, and a database come back. */
    private <T> Future<T> after(Duration pause, Supplier<Future<T>> attempt) {
        return vertx.timer(pause.toMillis(), TimeUnit.MILLISECONDS).compose(ignored -> attempt.get());
    }

    /** Before another attempt: longer after each. */
    Future<Void> pause(int attempt) {
        return after(PAUSES[Math.min(attempt, PAUSES.length) - 1], Future::succeededFuture);
    }

    private Future<RowSet<Row>> writeOnce(String sql, Tuple parameters) {
        return onConnection(connection -> session.run(connection, sql, parameters));
    }

    /**
     * Does some work on a connection of its own, once. Fails with UNAVAILABLE when there is none and nothing was begun; a
     * work that takes too long goes on by itself.
     */
    <T> Future<T> onConnection(Function<SqlConnection, Future<T>> work) {
        Pool used = writes;
        return connection(used)
                .compose(connection -> answered(work.apply(connection).eventually(connection::close)))
                .onFailure(cause -> {
                    if ((cause instanceof TimeoutException || PgErrors.isReadOnly(cause)) && used == writes) {
                        leave();
                    }
                });
    }

    /** Where writes have lost their server, reads would be told what it was when it was lost. */
    private void leave() {
        SqlClient formerReads = reads;
        Pool formerWrites = writes;
        reads = connecting.reads();
        writes = connecting.writes();
        formerReads.close(); // when, if ever, their connections end
        formerWrites.close();
    }

    /**
     * The same for work on everything that there is, which nobody waits for but an operator. That the server gives it the
     * time, too, is the work's own matter.
     */
    <T> Future<T> onConnectionForLong(Function<SqlConnection, Future<T>> work) {
        return connection(writes).compose(connection -> work.apply(connection).eventually(connection::close));
    }

    /** Waiting for a connection is no work yet: whatever fails here, nothing was done. */
    private Future<SqlConnection> connection(Pool pool) {
        if (refused()) {
            return Future.failedFuture(PgErrors.unavailable());
        }
        return pool.getConnection()
                .onComplete(result -> complain(result.cause()))
                .recover(cause -> Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    private boolean refused() {
        return refusedUntil - System.nanoTime() > 0;
    }

    private <T> Future<T> answered(Future<T> statement) {
        return Timeouts.within(vertx, queryTimeout.plus(SERVER_FIRST), statement)
                .onComplete(result -> complain(result.cause()));
    }

    /** Once when it begins to fail: clients are told no more than that it does. */
    private void complain(@Nullable Throwable cause) {
        boolean unavailable = cause != null && PgErrors.mayPass(cause);
        if (unavailable && !failing && !closed) {
            log.warn("the database is not available: {}", String.valueOf(cause));
        }
        failing = unavailable;
        if (cause != null && PgErrors.isNoPrimary(cause)) {
            refusedUntil = System.nanoTime() + REFUSED.toNanos();
        }
    }

    /** Closes all connections, without waiting long for one that does not answer. */
    public Future<Void> close() {
        closed = true;
        return Timeouts.within(vertx, CLOSING, Future.join(reads.close(), writes.close(), connecting.close()))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }
}
