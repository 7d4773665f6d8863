package io.lockstep.store.pg;

import io.lockstep.error.Timeouts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/**
 * Whether a server has TLS, which is asked before the client library does: behind a server that has none, that leaves its
 * connection open, and PostgreSQL waits a minute for each to go on, even before it stops.
 */
final class TlsOffer {

    private static final int LENGTH = 8; // bytes of an SSLRequest, its length included
    private static final int SSL_REQUEST = 80_877_103; // PostgreSQL's protocol, Message Formats
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A server that has TLS notes in its log who asks and goes. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final NetClient client;
    private final SocketAddress server;
    private long knownUntil = System.nanoTime();

    TlsOffer(Vertx vertx, NetClientOptions options, SocketAddress server) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(options);
        this.server = server;
    }

    /** Fails as a connection does, when the server cannot be reached or does not answer. */
    Future<Boolean> isThere() {
        if (knownUntil - System.nanoTime() > 0) {
            return Future.succeededFuture(true);
        }
        return client.connect(server).compose(this::ask).onSuccess(there -> {
            if (there) {
                knownUntil = System.nanoTime() + REMEMBERED.toNanos();
            }
        });
    }

    private Future<Boolean> ask(NetSocket socket) {
        Promise<Boolean> answer = Promise.promise();
        socket.handler(bytes -> answered(answer, bytes.getByte(0)));
        socket.exceptionHandler(answer::tryFail);
        socket.closeHandler(ignored -> answer.tryFail(unanswered()));
        socket.write(Buffer.buffer().appendInt(LENGTH).appendInt(SSL_REQUEST)).onFailure(answer::tryFail);
        return Timeouts.within(vertx, PATIENCE, answer.future())
                .recover(cause -> Future.failedFuture(unanswered()))
                .eventually(socket::close);
    }

    private static void answered(Promise<Boolean> answer, byte word) {
        switch (word) {
            case 'S' -> answer.tryComplete(true);
            case 'N' -> answer.tryComplete(false);
            default -> answer.tryFail(unanswered());
        }
    }

    private static VertxException unanswered() {
        return new VertxException("the server does not say whether it has TLS", true);
    }

    Future<Void> close() {
        return client.close();
    }
}
