package io.lockstep.realtime;

import io.lockstep.api.PageTokens;
import io.lockstep.api.RequestInfo;
import io.lockstep.auth.AccessToken;
import io.lockstep.auth.AccessTokens;
import io.lockstep.config.RealtimeConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.Timeouts;
import io.lockstep.event.Addresses;
import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.realtime.Logins.Login;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.InvalidationRepository.Invalidation;
import io.lockstep.store.InvalidationRepository.Kind;
import io.lockstep.store.PresenceRepository;
import io.lockstep.store.ReplayRepository;
import io.lockstep.store.ServiceRepository;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of one event loop, with what they share. */
public final class RealtimeServer implements InvalidationRepository.Listener {

    /** Where clients connect. */
    public static final String PATH = "/v3/wsconnect";

    private static final Logger log = LoggerFactory.getLogger(RealtimeServer.class);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration DRAIN_PAUSE = Duration.ofMillis(2); // between two sockets, where there is time for it
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");

    private final Vertx vertx;
    private final RealtimeConfig config;
    private final Parts parts;
    private final Logins logins;
    private final ClientApi api;
    private final Hub hub;
    private final Attendance attendance;
    private final PacketIds ids = new PacketIds();
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private @Nullable MessageConsumer<Changes> changes;
    private @Nullable MessageConsumer<Long> doubts;
    private long ticking = -1;
    private long comparing = -1;
    private long forgotten;
    private long queued; // bytes, of all sockets, when they were last counted
    private boolean stopping;

    /**
     * @param base tells scheme, host and port in the addresses that clients are given
     */
    public RealtimeServer(Vertx vertx, RealtimeConfig config, Supplier<String> base, Parts parts) {
        this.vertx = vertx;
        this.config = config;
        this.parts = parts;
        Addressing urls = new Addressing(base);
        this.logins = new Logins(parts.tokens(), parts.services());
        this.api = new ClientApi(parts.resources(), urls, parts.pageTokens());
        this.hub = new Hub(vertx, parts.replays(), urls, parts.listener());
        this.attendance = new Attendance(parts.presence(), parts.node());
    }

    /** Listens to what is committed. Call it on the event loop that it is to belong to. */
    public void start() {
        changes = vertx.eventBus().localConsumer(Addresses.CHANGES, message -> hub.committed(message.body()));
        doubts = vertx.eventBus().localConsumer(Addresses.DOUBTS, message -> hub.doubt(message.body()));
        ticking = vertx.setPeriodic(TICK.toMillis(), timer -> tick());
        comparing = vertx.setPeriodic(config.compareInterval().toMillis(), timer -> hub.doubt(Shards.ALL));
    }

    private void tick() {
        Instant now = now();
        List.copyOf(sessions).forEach(session -> session.tick(now));
        attendance.tick();
        count(sessions.stream().mapToLong(Session::pending).sum());
    }

    private void count(long bytes) {
        parts.listener().queued(bytes - queued);
        queued = bytes;
    }

    /**
     * Takes a request to open a socket; what is none, or comes from a page that may not, is refused.
     *
     * @return when the socket has closed; failed when none has come about
     */
    public Future<Void> accept(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (stopping) {
            request.response().setStatusCode(503).end();
        } else if (origin != null && !config.allows(origin)) {
            request.response().setStatusCode(403).end();
        } else if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            request.response()
                    .setStatusCode(426)
                    .putHeader("Upgrade", "websocket")
                    .end();
        } else {
            return request.toWebSocket()
                    .onFailure(cause -> log.debug("no socket came about: {}", cause.toString()))
                    .compose(this::opened);
        }
        return Future.failedFuture("refused");
    }

    private Future<Void> opened(ServerWebSocket socket) {
        Promise<Void> closed = Promise.promise();
        Session session = new Session(this, socket);
        sessions.add(session);
        parts.listener().opened();
        socket.binaryMessageHandler(session::received);
        socket.textMessageHandler(text -> session.unacceptable());
        socket.exceptionHandler(cause -> log.debug("a socket failed: {}", cause.toString()));
        socket.closeHandler(ignored -> {
            session.closed("client");
            closed.complete();
        });
        return closed.future();
    }

    /** A session has ended. */
    void closed(Session session, String reason) {
        if (sessions.remove(session)) {
            parts.listener().closed(reason);
        }
    }

    /** Writes that come again are answered as before. */
    Future<ClientReply> answer(ClientRequest request) {
        String id = request.header("twilio-request-id");
        boolean repeatable =
                id != null && id.length() <= 64 && !request.method().equals("GET");
        if (!repeatable || id == null) {
            return api.answer(request);
        }
        Repeats.Key key = new Repeats.Key(
                request.caller().serviceSid(),
                request.caller().identity(),
                id,
                request.method() + " " + String.join("/", request.path()));
        return parts.repeats().once(vertx, key, () -> attempt(request));
    }

    private Future<ClientReply> attempt(ClientRequest request) {
        try {
            return api.answer(request);
        } catch (SyncException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** What a client is told of a failure; one that nobody expected is logged. */
    ClientReply failure(Throwable cause, RequestInfo info) {
        if (cause instanceof SyncException refused) {
            return ClientReply.failure(refused.errorCode(), refused.getMessage());
        }
        log.error("{}: a request over a socket failed", info.id(), cause);
        return ClientReply.failure(ErrorCode.INTERNAL_ERROR, "Internal server error");
    }

    /** A request was answered. */
    void counted(Packet packet, int status, RequestInfo info) {
        Object method = packet.header().getValue("http_request") instanceof JsonObject request
                ? request.getValue("method")
                : null;
        parts.listener()
                .requested(
                        method instanceof String word && METHODS.contains(word) ? word : "other",
                        status,
                        Duration.ofNanos(info.nanosSinceStart()));
    }

    /** Grows whenever something was forgotten, on which a token that is being verified may have depended. */
    long forgotten() {
        return forgotten;
    }

    /** Tokens that depend on what has changed are verified again, and rights looked up. */
    @Override
    public void forget(Invalidation invalidation) {
        UUID subject = invalidation.subject();
        if (invalidation.kind() == Kind.PERMISSION) {
            hub.checkReaders(subject);
            return;
        }
        if (invalidation.kind() == Kind.SERVICE) {
            hub.checkReadersIn(service -> service.id().equals(subject));
        }
        forgotten++;
        for (Session session : List.copyOf(sessions)) {
            Login login = session.login();
            if (login != null && concerns(login, invalidation)) {
                verifyAgain(session, login);
            }
        }
    }

    private static boolean concerns(Login login, Invalidation invalidation) {
        UUID subject = invalidation.subject();
        return switch (invalidation.kind()) {
            case ACCOUNT -> login.token().accountSid().id().equals(subject);
            case API_KEY -> login.token().keySid().id().equals(subject);
            case SERVICE -> login.service().id().equals(subject);
            case PERMISSION -> false; // which is no matter of tokens
        };
    }

    @Override
    public void forgetAll() {
        hub.checkReadersIn(service -> true);
        forgotten++;
        for (Session session : List.copyOf(sessions)) {
            Login login = session.login();
            if (login != null) {
                verifyAgain(session, login);
            }
        }
    }

    /** A database that cannot be asked ends nobody's session. */
    void verifyAgain(Session session, Login login) {
        logins.verify(login.text()).onComplete(verified -> {
            boolean refused = verified.failed()
                    && verified.cause() instanceof SyncException cause
                    && cause.errorCode().httpStatus() == 401;
            boolean another = verified.succeeded() && !verified.result().isSameAs(login);
            boolean still = login.equals(session.login()); // and has no newer token
            if (still && (refused || another)) {
                session.close(CloseReason.REVOKED);
            }
        });
    }

    /**
     * Opens no socket any more, and closes those that there are, one after the other so that their clients do not come to the
     * other nodes all at once. A socket is read no more, gets its answers, and is closed so that its client comes back at once.
     *
     * @param patience with one that waits for answers
     */
    public Future<Void> stop(Duration patience) {
        stopping = true;
        List<Session> all = List.copyOf(sessions);
        long millis = Math.min(config.drainTime().toMillis(), DRAIN_PAUSE.toMillis() * all.size());
        List<Future<Void>> closed = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Session session = all.get(i);
            closed.add(after(millis * i / all.size()).compose(ignored -> leave(session, patience)));
        }
        return Future.join(closed)
                .<Void>mapEmpty()
                .onSuccess(ignored -> end())
                .compose(ignored -> Timeouts.within(vertx, LAST_WRITES, attendance.emptied())
                        .otherwiseEmpty()); // the others notice who was not written
    }

    private Future<Void> after(long millis) {
        return millis == 0
                ? Future.succeededFuture()
                : vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<Void> leave(Session session, Duration patience) {
        return Timeouts.within(vertx, patience, session.drain())
                .otherwiseEmpty()
                .onSuccess(ignored -> session.close(CloseReason.STOPPING));
    }

    private void end() {
        if (changes != null) {
            changes.unregister();
        }
        if (doubts != null) {
            doubts.unregister();
        }
        count(0);
        vertx.cancelTimer(ticking);
        vertx.cancelTimer(comparing);
    }

    /** Another future's outcome if it comes in time; else a failure. */
    <T> Future<T> within(Duration limit, Future<T> future) {
        return Timeouts.within(vertx, limit, future);
    }

    boolean isOver(AccessToken token, Instant now) {
        return AccessTokens.isOver(token, now);
    }

    Instant now() {
        return Instant.now();
    }

    RealtimeConfig config() {
        return config;
    }

    Logins logins() {
        return logins;
    }

    Hub hub() {
        return hub;
    }

    PacketIds ids() {
        return ids;
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    Attendance attendance() {
        return attendance;
    }

    ContinuationTokens continuations() {
        return parts.continuations();
    }

    RealtimeListener listener() {
        return parts.listener();
    }

    /**
     * What a server is made of.
     *
     * @param node which this one is, as the others know it
     */
    public record Parts(
            AccessTokens tokens,
            ServiceRepository services,
            Resources resources,
            ReplayRepository replays,
            PresenceRepository presence,
            Supplier<UUID> node,
            PageTokens pageTokens,
            ContinuationTokens continuations,
            Repeats repeats,
            RealtimeListener listener) {}
}
