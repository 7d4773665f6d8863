package io.lockstep.realtime;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncObject;
import io.lockstep.store.ReplayRepository.ItemState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One socket's interest in one object (subscriptions.md section 8). It is registered first; then the rows are read, and
 * what the client has missed is sent, while what happens meanwhile is held back; then it is live. Nothing is told twice,
 * for each event tells its number.
 */
final class Subscription {

    private static final int MAX_HELD = 256;
    private static final int CHUNK = 100; // rows
    private static final int MAX_READINGS = 20; // then the client asks again, after the time that it was told

    private final Session session;
    private final Hub hub;
    private final Watch watch;
    private final Caller.Client caller;
    private final int version;
    private final long correlationId;
    private final Deque<Event> held = new ArrayDeque<>(); // in the order of their numbers
    private State state = State.REPLAYING;
    private boolean answered;
    private boolean overflown;
    private long covered = Long.MIN_VALUE; // the client has, or is owed nothing of, what came until then
    private int replayed;
    private int readings;
    private long told = Long.MIN_VALUE; // the greatest event that was sent, by this one or the one before it
    private @Nullable TreeMap<Long, Promise<Void>> awaited; // by events, all before which are waited for

    /**
     * @param batch that asked for it
     */
    Subscription(Session session, Hub hub, Watch watch, Caller.Client caller, SubscriptionBatch batch) {
        this.session = session;
        this.hub = hub;
        this.watch = watch;
        this.caller = caller;
        this.version = batch.version();
        this.correlationId = batch.correlationId();
        watch.add(this);
    }

    /**
     * Takes the place of one of the same socket: removals that it has told are not told again, for a client raises each.
     * The SDK asks twice when the answer to an earlier socket's request fails late.
     */
    void replaces(Subscription before) {
        told = before.told;
    }

    Sid object() {
        return watch.object();
    }

    /** Who follows. */
    Caller.Client caller() {
        return caller;
    }

    int version() {
        return version;
    }

    /** What the client calls the batch by that asked for it; null once that is answered. */
    @Nullable
    Long correlationId() {
        return answered ? null : Long.valueOf(correlationId);
    }

    /**
     * Reads what the client has missed.
     *
     * @param cursor the last event that it has; null when it wants none replayed
     */
    void start(@Nullable Long cursor) {
        hub.rows()
                .find(caller, watch.service(), watch.object())
                .compose(found -> state == State.ENDED ? Future.succeededFuture() : replay(found, cursor))
                .onSuccess(ignored -> goLive())
                .onFailure(this::fail);
    }

    private Future<Void> replay(SyncObject found, @Nullable Long cursor) {
        if (found instanceof Document document) {
            watch.read(document.lastEventId());
            if (cursor != null && cursor < document.lastEventId()) {
                replay(Event.of(document));
            }
            covered = Math.max(covered, document.lastEventId());
        } else if (found instanceof SyncCollection collection) {
            watch.read(collection.lastEventId());
            if (cursor != null && cursor < collection.lastEventId()) {
                return replay(collection, cursor, cursor);
            }
            covered = Math.max(covered, collection.lastEventId());
        } else {
            watch.read(-1); // a stream, which counts nothing
        }
        return Future.succeededFuture();
    }

    /** Chunk by chunk; a slow socket is waited for. */
    private Future<Void> replay(SyncCollection collection, long since, long after) {
        return hub.rows()
                .itemsSince(watch.service(), watch.object(), after, CHUNK)
                .compose(states -> {
                    long last = after;
                    for (ItemState each : states) {
                        boolean again = each.removed() && each.item().lastEventId() <= told;
                        if (state == State.REPLAYING && !again) {
                            replay(Event.of(each, since, hub.urls()));
                        }
                        last = each.item().lastEventId();
                    }
                    if (states.size() < CHUNK || state == State.ENDED) {
                        covered = Math.max(collection.lastEventId(), last);
                        return Future.succeededFuture();
                    }
                    long reached = last;
                    return session.drained().compose(ignored -> replay(collection, since, reached));
                });
    }

    private void replay(Event event) {
        replayed++;
        told = Math.max(told, event.id());
        session.notify(event.replayed(version, correlationId, hub.ids()));
    }

    /**
     * What was held comes after the outcome. When it was too much, or when the rows were read before something that the
     * watch has been told by another reader, they are read again.
     */
    private void goLive() {
        if (state == State.ENDED) {
            return;
        }
        if (overflown || watch.isAheadOf(reach())) {
            overflown = false;
            readings++;
            if (readings < MAX_READINGS) {
                start(covered);
            } else {
                fail(new SyncException(ErrorCode.UNAVAILABLE, "Too much happens to be told what was missed"));
            }
            return;
        }
        state = State.LIVE;
        hub.listener().replayed(replayed);
        session.established(this, lastEventId());
        answered = true;
        while (!held.isEmpty() && state == State.LIVE) {
            happened(held.remove());
        }
        release(covered + 1);
        if (awaited != null && state == State.LIVE) {
            watch.reached(awaited.lastKey());
        }
    }

    /** Up to where there is nothing missing between the rows that were read and what was held. */
    private long reach() {
        long reach = covered;
        for (Event event : held) {
            reach = event.id() == reach + 1 ? event.id() : reach;
        }
        return covered == Long.MIN_VALUE ? Long.MAX_VALUE : reach; // of a stream nothing is
    }

    /** What a stream has never told, for it counts none. */
    private long lastEventId() {
        return covered == Long.MIN_VALUE ? -1 : covered;
    }

    /**
     * Ends, and tells the client why; at any time. An object that cannot be read just now is asked for again by the client,
     * which gets no outcome in time.
     */
    void fail(Throwable cause) {
        if (state != State.ENDED) {
            end();
            session.failed(this, cause);
        }
    }

    /** It could not be told something: its socket is closed, and begins anew. */
    void abort() {
        session.close(CloseReason.FAILED);
    }

    /** Something has happened to the object, next in the order of its events. */
    void happened(Event event) {
        if (state == State.REPLAYING) {
            hold(event);
        } else if (state == State.LIVE && (event.id() < 0 || event.id() > covered)) {
            release(event.id());
            covered = Math.max(covered, event.id());
            send(event);
            release(covered + 1);
        }
    }

    /**
     * Done when all has been told that came before an event, which has happened, and before that is told itself; at once when
     * there is nothing, or will not be. What the watch has not heard of by then is read from the rows.
     */
    Future<Void> toldBefore(long eventId) {
        if (state == State.ENDED || (state == State.LIVE && eventId <= covered + 1)) {
            return Future.succeededFuture();
        }
        if (awaited == null) {
            awaited = new TreeMap<>();
        }
        Promise<Void> promise = awaited.computeIfAbsent(eventId, it -> Promise.promise());
        if (state == State.LIVE) {
            watch.reached(eventId);
        }
        return promise.future();
    }

    /** Nearly always nobody waits: so much is asked for each delivery, and no more. */
    private void release(long eventId) {
        if (awaited != null) {
            release(awaited, eventId);
        }
    }

    private void release(NavigableMap<Long, Promise<Void>> waiting, long eventId) {
        while (!waiting.isEmpty() && waiting.firstKey() <= eventId) {
            waiting.pollFirstEntry().getValue().complete();
        }
        if (waiting.isEmpty()) {
            awaited = null;
        }
    }

    private void send(Event event) {
        told = Math.max(told, event.id());
        Frame packet = event.comesFrom(session.endpointId())
                ? event.toOrigin(version, hub.ids())
                : event.live(version, hub.ids());
        if (packet != null) {
            session.notify(packet);
        }
    }

    /** The object was removed: who waits for the outcome is told that, the others the event. */
    void gone(Event end) {
        if (state == State.REPLAYING) {
            fail(missing(object().kind()));
        } else if (state == State.LIVE) {
            send(end);
            end();
        }
    }

    private static SyncException missing(Sid.Kind kind) {
        return switch (kind) {
            case DOCUMENT -> new SyncException(ErrorCode.DOCUMENT_NOT_FOUND, "Document not found");
            case LIST -> new SyncException(ErrorCode.LIST_NOT_FOUND, "List not found");
            case MAP -> new SyncException(ErrorCode.MAP_NOT_FOUND, "Map not found");
            default -> new SyncException(ErrorCode.STREAM_NOT_FOUND, "Stream not found");
        };
    }

    private void hold(Event event) {
        if (held.size() >= MAX_HELD) {
            overflown = true;
            held.clear();
        }
        if (!overflown) {
            held.add(event);
        }
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    /** Nothing more is told. */
    void end() {
        if (state != State.ENDED) {
            state = State.ENDED;
            held.clear();
            watch.remove(this);
            session.ended(this);
            release(Long.MAX_VALUE);
        }
    }

    private enum State {
        REPLAYING,
        LIVE,
        ENDED
    }
}
