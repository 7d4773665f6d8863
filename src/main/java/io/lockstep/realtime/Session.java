package io.lockstep.realtime;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.realtime.Logins.Login;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket: who is at its other end, what it asks for, and what it follows. Nothing of it outlives the socket. */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private static final int MAX_UNACKNOWLEDGED = 10_000; // notifications
    private static final Duration LAST_PACKETS = Duration.ofSeconds(30);
    private static final Duration WARNING = Duration.ofMinutes(4); // before a token expires

    private final RealtimeServer server;
    private final ServerWebSocket socket;
    private final Outgoing outgoing;
    private final Subscriptions subscriptions;
    private final Requests requests;
    private final long openedAt = System.nanoTime();
    private State state = State.NEW;
    private @Nullable Login login;
    private @Nullable ClientSocket present; // once it is known who is there
    private String endpoint = "";
    private boolean takesUpdates;
    private boolean warned;
    private int unacknowledged;
    private long heardAt = System.nanoTime();

    Session(RealtimeServer server, ServerWebSocket socket) {
        this.server = server;
        this.socket = socket;
        this.outgoing =
                new Outgoing(new Wire(socket, this::acknowledges), server.hub().turn());
        this.subscriptions = new Subscriptions(this, server.hub());
        this.requests = new Requests(this, server, socket, subscriptions);
    }

    /** Which of an identity's devices it is; empty before it is known. */
    String endpointId() {
        return endpoint;
    }

    /** Null before a token has been taken. */
    @Nullable
    Login login() {
        return login;
    }

    /** Most messages do nothing else, and are seen here before any other work is done for them. */
    private boolean acknowledges(ByteBuf message) {
        if (state != State.READY || !server.acknowledgements().isOne(message)) {
            return false;
        }
        heardAt = System.nanoTime();
        acknowledged();
        return true;
    }

    /** Reads one message. */
    void received(Buffer message) {
        if (state == State.CLOSED) {
            return;
        }
        heardAt = System.nanoTime();
        Packet packet;
        try {
            packet = Packet.decode(message);
        } catch (MalformedPacketException e) {
            unacceptable();
            return;
        }
        if (state == State.READY) {
            server.acknowledgements().learn(message, packet);
            handle(packet);
        } else if (packet.method().equals("init") && state == State.NEW) {
            init(packet);
        } else if (!packet.method().equals("reply") && !packet.method().equals("close")) {
            end(
                    Replies.close(server.ids().next(), 401, "UNAUTHORIZED", 20101, "The first packet must be init"),
                    "early");
        }
    }

    /** What is no packet at all, such as text. */
    void unacceptable() {
        end(
                Replies.close(server.ids().next(), 406, "NOT_ACCEPTABLE_MESSAGE", 51214, "Not acceptable message"),
                "unacceptable");
    }

    private void handle(Packet packet) {
        switch (packet.method()) {
            case "message" -> requests.take(packet);
            case "reply" -> acknowledged();
            case "update" -> update(packet);
            case "put_notification_ctx", "delete_notification_ctx" -> send(Replies.ok(packet.id()));
            case "telemetry.v1", "close" -> {} // the one is for nobody here; behind the other the client closes
            default -> send(Replies.badRequest(packet.id(), "Unknown method"));
        }
    }

    private void acknowledged() {
        unacknowledged = Math.max(0, unacknowledged - 1);
    }

    private void init(Packet packet) {
        state = State.VERIFYING;
        long forgotten = server.forgotten();
        server.logins().verify(token(packet)).onComplete(verified -> {
            if (state == State.CLOSED) {
                return;
            }
            if (verified.failed()) {
                complain(verified.cause());
                end(Replies.refused(packet.id(), verified.cause()), "refused");
            } else {
                welcome(packet, verified.result());
                checkAgain(verified.result(), forgotten);
            }
        });
    }

    private static String token(Packet packet) {
        return packet.header().getValue("token") instanceof String token ? token : "";
    }

    private void welcome(Packet packet, Login verified) {
        login = verified;
        state = State.READY;
        Welcome welcome = Welcome.of(packet, verified, server.continuations());
        endpoint = welcome.endpoint();
        takesUpdates = welcome.wants("client_update");
        present = verified.socket(endpoint);
        server.attendance().came(present);
        send(welcome.reply());
        warn(server.now());
    }

    /** Another token for the same identity and Service; one that is not taken leaves things as they were. */
    private void update(Packet packet) {
        long forgotten = server.forgotten();
        server.logins().verify(token(packet)).onComplete(verified -> {
            Login current = login;
            if (state != State.READY || current == null) {
                return;
            }
            if (verified.failed()) {
                complain(verified.cause());
                send(Replies.refused(packet.id(), verified.cause()));
            } else if (!verified.result().isSameAs(current)) {
                send(Replies.refused(
                        packet.id(),
                        new SyncException(
                                ErrorCode.TOKEN_UPDATE_REFUSED,
                                "Can't update token, new token was issued for other identity/instance/product.")));
            } else {
                login = verified.result();
                warned = false;
                send(Replies.ok(packet.id()));
                warn(server.now());
                checkAgain(verified.result(), forgotten);
            }
        });
    }

    /** What was revoked while a token was being looked at may have been overlooked. */
    private void checkAgain(Login verified, long forgotten) {
        if (server.forgotten() != forgotten) {
            server.verifyAgain(this, verified);
        }
    }

    private void complain(Throwable cause) {
        if (!(cause instanceof SyncException)) {
            log.error("a token could not be verified", cause);
        }
    }

    /** Who asks. Call it once a token was taken. */
    Caller.Client caller() {
        Login known = login;
        if (known == null) {
            throw new IllegalStateException("no request is handled before a token is taken");
        }
        return new Caller.Client(
                known.token().accountSid(), known.service(), known.token().identity(), endpoint);
    }

    /** An answer, unless the socket is closing. */
    void answer(Frame packet) {
        if (state == State.READY) {
            send(packet);
        }
    }

    private void send(JsonObject header) {
        send(new Frame(Packet.encode(header)));
    }

    private void send(Frame packet) {
        if (state == State.CLOSED) {
            return;
        }
        if (outgoing.hasRoom()) {
            outgoing.send(packet);
        } else {
            close(CloseReason.SLOW);
        }
    }

    /** Tells the client something that it acknowledges; one that does not, or is too slow, has to come again. */
    void notify(Frame packet) {
        if (state != State.READY) {
            return;
        }
        unacknowledged++;
        if (unacknowledged > MAX_UNACKNOWLEDGED) {
            close(CloseReason.SLOW);
        } else {
            send(packet);
            server.hub().turn().notified();
        }
    }

    /** Bytes that the socket has still to take. */
    long pending() {
        return outgoing.pending();
    }

    /** The socket has taken most of what it was sent. */
    Future<Void> drained() {
        return outgoing.drained();
    }

    void established(Subscription subscription, long lastEventId) {
        subscriptions.established(subscription, lastEventId);
    }

    void failed(Subscription subscription, Throwable cause) {
        subscriptions.failed(subscription, cause);
    }

    void ended(Subscription subscription) {
        subscriptions.ended(subscription);
    }

    /** Once a second: pings, and what has taken too long. */
    void tick(Instant now) {
        long nanos = System.nanoTime();
        if (state == State.READY) {
            if (nanos - heardAt > server.config().silence().toNanos()) {
                close(CloseReason.SILENT);
            } else if (login != null && server.isOver(login.token(), now)) {
                expire();
            } else {
                warn(now);
                ping(nanos);
            }
        } else if (state != State.CLOSED
                && nanos - openedAt > server.config().initTimeout().toNanos()) {
            close(CloseReason.SILENT);
        }
    }

    private void ping(long nanos) {
        if (nanos - outgoing.lastSentAt() >= server.config().pingInterval().toNanos()) {
            send(new JsonObject().put("method", "ping").put("id", server.ids().next()));
        }
    }

    private void warn(Instant now) {
        boolean soon = login != null && !login.token().expires().minus(WARNING).isAfter(now);
        if (soon && takesUpdates && !warned) {
            warned = true;
            send(new JsonObject()
                    .put("method", "client_update")
                    .put("id", server.ids().next())
                    .put("client_update_type", "token_about_to_expire")
                    .put(
                            "client_update_message",
                            "Your token is about to expire. Time left: less than " + WARNING.toMillis() + " ms"));
        }
    }

    /** The next init is told why, which lets an app bring a new token at once (twilsock-protocol.md section 9). */
    private void expire() {
        if (server.config().closeExpired()) {
            end(Replies.close(server.ids().next(), 410, "TOKEN_EXPIRED", 51207, "Token expired"), "expired");
        } else {
            close(CloseReason.EXPIRED);
        }
    }

    /** Nothing more is read; done when what was asked for is answered. */
    Future<Void> drain() {
        return requests.drain();
    }

    /** Says a last word, and closes behind it. */
    private void end(JsonObject last, String reason) {
        outgoing.send(new Frame(Packet.encode(last)));
        closed(reason);
        outgoing.sent().onComplete(ignored -> shut((short) 1000, reason));
        cutInTime();
    }

    /** Closes the socket; what was not sent by then is told when the client comes again. */
    void close(CloseReason reason) {
        if (state != State.CLOSED) {
            closed(reason.word());
            shut(reason.code(), reason.word());
        }
    }

    private void shut(short code, String reason) {
        if (!socket.isClosed()) {
            socket.close(code, reason).onFailure(cause -> log.debug("a socket did not close: {}", cause.toString()));
        }
        cutInTime();
    }

    /** One that does not take its last packets is not waited for long. */
    private void cutInTime() {
        if (outgoing.pending() > 0) {
            server.hub().after(LAST_PACKETS, outgoing::cut);
        }
    }

    /** The socket has closed, or is about to. */
    void closed(String reason) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            subscriptions.end();
            if (present != null) {
                server.attendance().left(present);
            }
            requests.end();
            server.closed(this, reason);
        }
    }

    private enum State {
        NEW,
        VERIFYING,
        READY,
        CLOSED
    }
}
