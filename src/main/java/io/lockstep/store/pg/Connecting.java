package io.lockstep.store.pg;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnectOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How one event loop connects to PostgreSQL. Nothing is connected before it is needed. */
final class Connecting {

    private static final int READ_PIPELINE = 256;
    private static final int TRANSACTION_PIPELINE = 16; // the statements of one transaction
    private static final int MAX_WAITING = 2048; // beyond, a request is told 503 at once
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEAD_PEER_TIMEOUT = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final String name;
    private final DatabaseConfig config;
    private final int reads;
    private final int writes;
    private final Session session;
    private final TlsOffer tls;

    Connecting(Vertx vertx, Pools pools, DatabaseConfig config, Session session) {
        this.session = session;
        this.vertx = vertx;
        this.name = pools.name();
        this.config = config;
        this.reads = Math.max(1, Math.min(2, pools.connections() / 3));
        this.writes = Math.max(1, pools.connections() - reads);
        DatabaseUrl url = config.requireUrl();
        this.tls = new TlsOffer(vertx, netOptions(), SocketAddress.inetSocketAddress(url.port(), url.host()));
    }

    /** Few connections, on which statements are pipelined. */
    SqlClient reads() {
        return PgBuilder.client()
                .connectingTo(connectOptions(READ_PIPELINE))
                .with(poolOptions(reads).setName(name + "-reads"))
                .with(netOptions())
                .using(vertx)
                .build();
    }

    /** A connection a write: in a pipeline it would wait for the commits of those before it. */
    Pool writes() {
        return PgBuilder.pool()
                .connectingTo(connectOptions(TRANSACTION_PIPELINE))
                .with(poolOptions(writes).setName(name + "-writes"))
                .with(netOptions())
                .using(vertx)
                .build();
    }

    /** Who takes TLS where there is some, and goes on without where there is none, looks first, for each connection. */
    private Supplier<Future<SqlConnectOptions>> connectOptions(int pipeline) {
        DatabaseUrl.SslMode mode = config.requireUrl().sslMode();
        PgConnectOptions wanted = connectOptions(mode, pipeline);
        PgConnectOptions plain =
                connectOptions(DatabaseUrl.SslMode.DISABLE, pipeline); // the library's copies lack some
        return mode == DatabaseUrl.SslMode.PREFER || mode == DatabaseUrl.SslMode.ALLOW
                ? () -> tls.isThere().map(there -> there ? wanted : plain)
                : () -> Future.succeededFuture(wanted);
    }

    private PoolOptions poolOptions(int size) {
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

    private PgConnectOptions connectOptions(DatabaseUrl.SslMode mode, int pipeline) {
        DatabaseUrl url = config.requireUrl();
        PgConnectOptions options = new PgConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user())
                .setPassword(url.password())
                .setCachePreparedStatements(!config.pooled()) // the session that knows one may be another's by now
                .setUseLayer7Proxy(config.pooled()) // which parses a statement with each use
                .setSslMode(SslMode.valueOf(mode.name()))
                .setPipeliningLimit(pipeline);
        if (config.pooled()) {
            options.getProperties()
                    .remove("extra_float_digits"); // the client's, for values as text, of which there are none
        }
        session.startParameters().forEach(options::addProperty);
        return mode == DatabaseUrl.SslMode.DISABLE ? options : options.setSslOptions(sslOptions(url));
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

    /** Nothing is connected any more. */
    Future<Void> close() {
        return tls.close();
    }

    /**
     * What the connections are for.
     *
     * @param name of the pools in the metrics
     * @param connections how many in all, at least two
     */
    record Pools(String name, int connections) {}
}
