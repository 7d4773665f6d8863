package io.lockstep.store.pg;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One event loop's connections to PostgreSQL. Reads share few connections and are pipelined on them; a write has a
 * connection to itself, because a pipeline would make it wait for the commits of those before it.
 */
public final class Database {

    private static final int READ_PIPELINE = 256;
    private static final int LANE_PIPELINE = 16; // the statements of one transaction
    private static final int MAX_WAITING = 2048; // beyond, a request is told 503 at once
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEAD_PEER_TIMEOUT = Duration.ofSeconds(15);

    /** Between the attempts to learn what became of a write. */
    private static final Duration[] PAUSES = {
        Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(2)
    };

    private final Vertx vertx;
    private final SqlClient reads;
    private final Pool writes;
    private final Duration queryTimeout;

    private Database(Vertx vertx, SqlClient reads, Pool writes, Duration queryTimeout) {
        this.vertx = vertx;
        this.reads = reads;
        this.writes = writes;
        this.queryTimeout = queryTimeout;
    }

    /**
     * Prepares the connections; they are made when first needed.
     *
     * @param name of their pools in the metrics
     * @param connections how many in all, at least two
     */
    public static Database open(Vertx vertx, String name, DatabaseConfig config, int connections) {
        int reads = Math.max(1, Math.min(2, connections / 3));
        SqlClient readClient = PgBuilder.client()
                .connectingTo(connectOptions(config).setPipeliningLimit(READ_PIPELINE))
                .with(poolOptions(reads, config).setName(name + "-reads"))
                .with(netOptions())
                .using(vertx)
                .build();
        Pool writePool = PgBuilder.pool()
                .connectingTo(connectOptions(config).setPipeliningLimit(LANE_PIPELINE))
                .with(poolOptions(Math.max(1, connections - reads), config).setName(name + "-writes"))
                .with(netOptions())
                .using(vertx)
                .build();
        return new Database(vertx, readClient, writePool, config.queryTimeout());
    }

    private static PoolOptions poolOptions(int size, DatabaseConfig config) {
        return new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectionTimeout((int) config.queryTimeout().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    private static NetClientOptions netOptions() {
        return new NetClientOptions()
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setTcpKeepAlive(true)
                .setTcpUserTimeout((int) DEAD_PEER_TIMEOUT.toMillis());
    }

    private static PgConnectOptions connectOptions(DatabaseConfig config) {
        DatabaseUrl url = config.requireUrl();
        PgConnectOptions options = new PgConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user())
                .setPassword(url.password())
                .setCachePreparedStatements(true)
                .setProperties(Map.of(
                        "application_name", "lockstep",
                        "synchronous_commit", "on",
                        "statement_timeout", Long.toString(config.queryTimeout().toMillis())))
                .setSslMode(SslMode.valueOf(url.sslMode().name()));
        return url.sslMode() == DatabaseUrl.SslMode.DISABLE ? options : options.setSslOptions(sslOptions(url));
    }

    private static ClientSSLOptions sslOptions(DatabaseUrl url) {
        return switch (url.sslMode()) {
            case DISABLE, ALLOW, PREFER, REQUIRE ->
                new ClientSSLOptions().setTrustAll(true); // as libpq: encrypted only
            case VERIFY_CA -> new ClientSSLOptions().setTrustOptions(trust(url));
            case VERIFY_FULL ->
                new ClientSSLOptions().setTrustOptions(trust(url)).setHostnameVerificationAlgorithm("HTTPS");
        };
    }

    private static TrustOptions trust(DatabaseUrl url) {
        return url.sslRootCert() == null ? SystemTrust.options() : new PemTrustOptions().addCertPath(url.sslRootCert());
    }

    /** Runs a statement that changes nothing. Fails with UNAVAILABLE when the database cannot be reached. */
    Future<RowSet<Row>> read(String sql, Tuple parameters) {
        return readOnce(sql, parameters)
                .recover(cause -> PgErrors.lostAnswer(cause)
                        ? after(PAUSES[0], () -> readOnce(sql, parameters)) // a restart leaves dead connections behind
                        : Future.failedFuture(cause))
                .recover(cause -> Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    private Future<RowSet<Row>> readOnce(String sql, Tuple parameters) {
        return reads.preparedQuery(sql).execute(parameters).timeout(queryTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Runs a statement that may be sent again: when its answer was lost it is, on another connection, until an answer
     * comes. Fails with UNAVAILABLE when nothing was done, and with UnknownOutcomeException when nobody knows.
     */
    Future<RowSet<Row>> write(String sql, Tuple parameters) {
        return writeOnce(sql, parameters)
                .recover(cause -> PgErrors.lostAnswer(cause)
                        ? settle(sql, parameters, 0)
                        : Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    /** Sends a write again whose fate is not known, also while the database is away: it may have done the first. */
    private Future<RowSet<Row>> settle(String sql, Tuple parameters, int attempt) {
        return after(PAUSES[attempt], () -> writeOnce(sql, parameters))
                .recover(cause -> attempt + 1 < PAUSES.length && PgErrors.mayPass(cause)
                        ? settle(sql, parameters, attempt + 1)
                        : PgErrors.nobodyKnows(cause));
    }

    /** The pause lets the pool take note of connections that have closed, and a database come back. */
    private <T> Future<T> after(Duration pause, Supplier<Future<T>> attempt) {
        return vertx.timer(pause.toMillis(), TimeUnit.MILLISECONDS).compose(ignored -> attempt.get());
    }

    private Future<RowSet<Row>> writeOnce(String sql, Tuple parameters) {
        return connection().compose(connection -> writeOn(connection, sql, parameters));
    }

    /** A connection for a transaction of several statements. Fails with UNAVAILABLE; nothing was done then. */
    Future<SqlConnection> laneConnection() {
        return connection();
    }

    /** Before another attempt: longer after each. */
    Future<Void> pause(int attempt) {
        return after(PAUSES[Math.min(attempt, PAUSES.length) - 1], Future::succeededFuture);
    }

    /** Waiting for a connection is no work yet: whatever fails here, nothing was done. */
    private Future<SqlConnection> connection() {
        return writes.getConnection().recover(cause -> Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    /** The connection goes back when the statement has ended, also when its caller stopped waiting before. */
    private Future<RowSet<Row>> writeOn(SqlConnection connection, String sql, Tuple parameters) {
        return connection
                .preparedQuery(sql)
                .execute(parameters)
                .eventually(connection::close)
                .timeout(queryTimeout.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes all connections. */
    public Future<Void> close() {
        return Future.join(reads.close(), writes.close()).mapEmpty();
    }
}
