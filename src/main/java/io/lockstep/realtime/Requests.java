package io.lockstep.realtime;

import io.lockstep.api.RequestInfo;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.realtime.ClientReply.Shown;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;

/**
 * What one socket asks for, many things at once: each is answered when it is done, and not before its client has been told
 * what came before that.
 */
final class Requests {

    private static final int MAX_UNDER_WAY = 256; // before no more are read
    private static final Duration PATIENCE =
            Duration.ofSeconds(5); // with what is to be told first; clients wait longer

    private final Session session;
    private final RealtimeServer server;
    private final ServerWebSocket socket;
    private final Subscriptions subscriptions;
    private final Promise<Void> idle = Promise.promise();
    private Future<Void> pages = Future.succeededFuture(); // the last that was asked for
    private boolean draining;
    private boolean paused;
    private int underWay;

    Requests(Session session, RealtimeServer server, ServerWebSocket socket, Subscriptions subscriptions) {
        this.session = session;
        this.server = server;
        this.socket = socket;
        this.subscriptions = subscriptions;
    }

    /** Takes one, which has an answer in the end. */
    void take(Packet packet) {
        RequestInfo info = new RequestInfo();
        underWay++;
        if (underWay >= MAX_UNDER_WAY && !paused) {
            paused = true;
            socket.pause();
        }
        Promise<Void> sent = Promise.promise();
        answer(packet, sent.future()).compose(this::inItsPlace).onComplete(answered -> {
            answered(packet, info, answered);
            sent.complete();
        });
    }

    private Future<ClientReply> answer(Packet packet, Future<Void> sent) {
        try {
            if (!Welcome.PRODUCT.equals(packet.header().getValue("active_grant", Welcome.PRODUCT))) {
                throw new SyncException(ErrorCode.FORBIDDEN, "The token has no such grant");
            }
            ClientRequest request = ClientRequest.of(session.caller(), packet);
            if (request.path().equals(List.of("v4", "Subscriptions"))) {
                return request.method().equals("POST")
                        ? Future.succeededFuture(subscriptions.accept(request.caller(), request.body()))
                        : ClientApi.methodNotAllowed();
            }
            return request.isForPage() ? page(request, sent) : server.answer(request);
        } catch (SyncException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** They may be large: each waits until the one before it was sent, and the socket has taken most of it. */
    private Future<ClientReply> page(ClientRequest request, Future<Void> sent) {
        Future<Void> before = pages;
        pages = sent;
        return before.compose(ignored -> session.drained()).compose(ignored -> server.answer(request));
    }

    /**
     * The SDK raises every removal that it is told, and never again an item that it knows (subscriptions.md section 7): one
     * that came behind a later state of its key would take away for good what is there. And an answer goes before the event
     * that it tells of, which the SDK would else take for somebody else's doing.
     */
    private Future<ClientReply> inItsPlace(ClientReply reply) {
        Shown shown = reply.shown();
        Future<Void> told =
                shown == null ? Future.succeededFuture() : subscriptions.toldBefore(shown.map(), shown.eventId());
        return told.isComplete()
                ? Future.succeededFuture(reply)
                : server.within(PATIENCE, told).otherwiseEmpty().map(reply);
    }

    private void answered(Packet packet, RequestInfo info, AsyncResult<ClientReply> answered) {
        ClientReply reply = answered.succeeded() ? answered.result() : server.failure(answered.cause(), info);
        underWay--;
        session.answer(new Frame(Replies.http(packet.id(), reply, info.id())));
        server.counted(packet, reply.status(), info);
        if (paused && underWay < MAX_UNDER_WAY / 2 && !draining) {
            paused = false;
            socket.resume();
        }
        completeWhenIdle();
    }

    /** Reads nothing more; done when what was asked for is answered, or nobody is there to be answered. */
    Future<Void> drain() {
        draining = true;
        if (!paused && !idle.future().isComplete()) {
            paused = true;
            socket.pause();
        }
        completeWhenIdle();
        return idle.future();
    }

    private void completeWhenIdle() {
        if (draining && underWay == 0) {
            idle.tryComplete();
        }
    }

    /** The socket has closed, or is about to. */
    void end() {
        idle.tryComplete();
    }
}
