package io.lockstep.app;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections of one event loop that wait too long for the head of a request, however it trickles in: the first
 * must come soon, the next ones within the idle time. Also bounds how many connections there are.
 */
final class ConnectionGuard implements Handler<RoutingContext> {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final Vertx vertx;
    private final Duration firstRequest;
    private final Duration nextRequest;
    private final int maxConnections;
    private final Map<HttpConnection, Watch> watches = new HashMap<>();

    ConnectionGuard(Vertx vertx, Duration firstRequest, Duration nextRequest, int maxConnections) {
        this.vertx = vertx;
        this.firstRequest = firstRequest;
        this.nextRequest = nextRequest;
        this.maxConnections = maxConnections;
    }

    /**
     * Done when all connections have closed, or after a while: those in use are closed behind their next answer, for which
     * nobody has to ask twice, as who asks at the moment when they are simply closed would have to.
     */
    Future<Void> emptied(Duration patience) {
        return watches.isEmpty() || patience.isNegative()
                ? Future.succeededFuture()
                : vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).compose(ignored -> emptied(patience.minus(LOOK)));
    }

    void opened(HttpConnection connection) {
        if (watches.size() >= maxConnections) {
            connection.close();
            return;
        }
        Watch watch = new Watch(connection);
        watches.put(connection, watch);
        connection.closeHandler(ignored -> watches.remove(connection));
        watch.checkIn(firstRequest);
    }

    /** The head of a request has arrived; until it is answered its connection waits for nothing. */
    @Override
    public void handle(RoutingContext ctx) {
        Watch watch = watches.get(ctx.request().connection());
        if (watch != null) {
            watch.begin();
            ctx.addEndHandler(ignored -> watch.end());
        }
        ctx.next();
    }

    /**
     * The same, of a request that asks for a socket and goes past the router, which would keep all that it knows of it for as
     * long as the socket lives.
     *
     * @param closed when the socket that has come of it has; fails when none has
     */
    void socket(HttpConnection connection, Future<Void> closed) {
        Watch watch = watches.get(connection);
        if (watch != null) {
            watch.begin();
            closed.onSuccess(ignored -> watches.remove(connection)) // which nobody tells that it has closed
                    .onFailure(ignored -> watch.end());
        }
    }

    /** One connection, with one timer; a request costs no new one. */
    private final class Watch {

        private final HttpConnection connection;
        private Duration patience = firstRequest;
        private long waitingSince = System.nanoTime();
        private int underWay;

        Watch(HttpConnection connection) {
            this.connection = connection;
        }

        void begin() {
            underWay++;
            patience = nextRequest;
        }

        void end() {
            underWay--;
            waitingSince = System.nanoTime();
        }

        void checkIn(Duration delay) {
            vertx.setTimer(delay.toMillis() + 1, timer -> check());
        }

        private void check() {
            if (!watches.containsKey(connection)) {
                return;
            }
            Duration waited = underWay > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - waitingSince);
            if (waited.compareTo(patience) < 0) {
                checkIn(patience.minus(waited));
            } else {
                connection.close();
            }
        }
    }
}
