package io.lockstep.app;

import io.lockstep.api.PageTokens;
import io.lockstep.auth.AccessTokens;
import io.lockstep.auth.Authenticator;
import io.lockstep.auth.CredentialCache;
import io.lockstep.auth.SecretBox;
import io.lockstep.auth.WebhookSecrets;
import io.lockstep.config.HttpConfig;
import io.lockstep.config.LimitsConfig;
import io.lockstep.config.RealtimeConfig;
import io.lockstep.event.InvalidationFeed;
import io.lockstep.ops.Metrics;
import io.lockstep.ops.RequestObserver;
import io.lockstep.realtime.ContinuationTokens;
import io.lockstep.realtime.RealtimeServer;
import io.lockstep.realtime.Repeats;
import io.lockstep.realtime.Resources;
import io.lockstep.rest.RestApi;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event loop's HTTP server, with its own connections to the database and its own memory of credentials. */
final class HttpVerticle extends VerticleBase {

    private static final int MAX_LINE = 16 * 1024; // two names of 320 characters, percent-encoded, fit
    private static final int MAX_HEADERS = 32 * 1024;
    private static final int MAX_MESSAGE = 256 * 1024;
    private static final int COMPRESS_FROM = 1024;
    private static final Duration LAST_REQUESTS = Duration.ofMillis(400);
    private static final Duration STUCK = Duration.ofMinutes(1); // in the middle of a request, without a byte

    private final int number;
    private final Parts parts;
    private final IntConsumer listening;
    private @Nullable Database database;
    private @Nullable InvalidationFeed invalidations;
    private @Nullable RealtimeServer realtime;
    private @Nullable ConnectionGuard guard;
    private @Nullable HttpServer server;
    private boolean stopping;

    /**
     * @param number which of the event loops it is, for the metrics
     * @param listening is told the port
     */
    HttpVerticle(int number, Parts parts, IntConsumer listening) {
        this.number = number;
        this.parts = parts;
        this.listening = listening;
    }

    @Override
    public Future<?> start() {
        database = parts.storage().open(vertx, "http-" + number, parts.connectionsPerLoop());
        PgRepositories store = parts.storage().over(database);
        InvalidationFeed feed = new InvalidationFeed(vertx, store.invalidations());
        invalidations = feed;
        CredentialCache credentials =
                new CredentialCache(store.accounts(), store.apiKeys(), parts.secretBox(), feed::current);
        parts.metrics().watchEventLoop(vertx);
        RealtimeServer sockets = sockets(store, new AccessTokens(credentials, InstantSource.system()));
        realtime = sockets;
        sockets.start();
        feed.start(credentials, sockets);
        return serve(store, new Authenticator(credentials), sockets)
                .onFailure(ignored -> stop()); // Vert.x does not stop what has not started
    }

    private RealtimeServer sockets(PgRepositories store, AccessTokens tokens) {
        LimitsConfig sizes = parts.storage().sizes();
        return new RealtimeServer(
                vertx,
                parts.realtime(),
                this::publicUrl,
                new RealtimeServer.Parts(
                        tokens,
                        store.services(),
                        new Resources(
                                store.documents(),
                                store.lists(),
                                store.maps(),
                                store.streams(),
                                sizes.dataSize(),
                                sizes.messageSize()),
                        store.replays(),
                        store.presence(),
                        parts.node(),
                        parts.pageTokens(),
                        parts.continuations(),
                        parts.repeats(),
                        new CountedSockets(parts.metrics().sockets())));
    }

    /** As configured, else where we listen: clients use no more of it than the path. */
    private String publicUrl() {
        String configured = parts.http().publicUrl();
        int port = server == null ? parts.http().port() : server.actualPort();
        return configured == null ? "http://" + parts.http().host() + ":" + port : configured;
    }

    private Future<?> serve(PgRepositories store, Authenticator authenticator, RealtimeServer sockets) {
        HttpConfig http = parts.http();
        ConnectionGuard connections = new ConnectionGuard(
                vertx,
                http.requestTimeout(),
                http.idleTimeout(),
                Math.max(1, http.maxConnections() / http.eventLoops()));
        guard = connections;
        Router router = Router.router(vertx);
        router.route()
                .handler(connections)
                .handler(this::sendAway)
                .handler(new RequestObserver(parts.metrics(), http.accessLog()));
        RestApi.mount(router, vertx, http, authenticator, parts.pageTokens(), resources(store));
        return vertx.createHttpServer(options(http))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(RestApi.malformedRequests())
                .requestHandler(request -> handle(request, sockets, router))
                .listen()
                .recover(cause -> Listening.refused("LOCKSTEP_PORT", http.host(), http.port(), cause))
                .onSuccess(it -> {
                    server = it;
                    listening.accept(it.actualPort());
                });
    }

    /** By the path as it was sent: the router would refuse one that cannot be decoded before REST does. */
    private void handle(HttpServerRequest request, RealtimeServer sockets, Router router) {
        ConnectionGuard connections = guard;
        if (connections != null && RealtimeServer.PATH.equals(request.path())) {
            connections.socket(request.connection(), sockets.accept(request));
        } else {
            router.handle(request);
        }
    }

    /** Who asks again asks another node. */
    private void sendAway(RoutingContext ctx) {
        if (stopping) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
        ctx.next();
    }

    private RestApi.Resources resources(PgRepositories store) {
        LimitsConfig sizes = parts.storage().sizes();
        return new RestApi.Resources(
                store.services(),
                store.documents(),
                store.lists(),
                store.maps(),
                store.streams(),
                store.documentPermissions(),
                store.listPermissions(),
                store.mapPermissions(),
                store.webhookDeliveries(),
                store.presence(),
                parts.webhookSecrets(),
                sizes.dataSize(),
                sizes.messageSize());
    }

    private static HttpServerOptions options(HttpConfig http) {
        return new HttpServerOptions()
                .setHost(http.host())
                .setPort(http.port() == 0 ? -1 : http.port()) // of servers at -1 all share one free port
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setIdleTimeout((int) http.idleTimeout().plus(STUCK).toMillis()) // the guard is there before
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true)
                .setCompressionSupported(true)
                .setCompressionContentSizeThreshold(COMPRESS_FROM)
                .setMaxWebSocketFrameSize(MAX_MESSAGE) // a browser sends a message in one frame
                .setMaxWebSocketMessageSize(MAX_MESSAGE)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(false);
    }

    /** Closes the sockets, while requests are still answered; then accepts nothing more, and lets those in flight finish. */
    @Override
    public Future<?> stop() {
        stopping = true;
        Future<Void> closed = realtime == null
                ? Future.succeededFuture()
                : realtime.stop(parts.http().shutdownTimeout());
        return closed.eventually(() -> guard == null ? Future.succeededFuture() : guard.emptied(LAST_REQUESTS))
                .eventually(this::stopServing)
                .eventually(this::stopReading);
    }

    private Future<Void> stopReading() {
        if (invalidations != null) {
            invalidations.stop();
        }
        return database == null ? Future.succeededFuture() : database.close();
    }

    private Future<Void> stopServing() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(parts.http().shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What every event loop's server is made of. */
    record Parts(
            HttpConfig http,
            Storage storage,
            SecretBox secretBox,
            PageTokens pageTokens,
            WebhookSecrets webhookSecrets,
            RealtimeConfig realtime,
            ContinuationTokens continuations,
            Repeats repeats,
            Supplier<UUID> node,
            Metrics metrics) {

        int connectionsPerLoop() {
            return Math.max(2, storage.config().poolSize() / http.eventLoops());
        }
    }
}
