package io.lockstep.realtime;

import io.lockstep.error.SyncException;
import io.lockstep.event.Shards;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncObject;
import io.lockstep.store.ReplayRepository.ItemState;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object that sockets of this event loop follow. Changes come from several lanes, and may overtake one another: here
 * they are put into the order of their numbers, which have no gaps, before anybody is told. A gap that does not close is
 * filled from the rows.
 */
final class Watch {

    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private static final Duration PATIENCE = Duration.ofMillis(100); // with a gap
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MAX_EARLY = 256;
    private static final int CHUNK = 100; // rows

    private final Hub hub;
    private final Caller account;
    private final Sid service;
    private final Sid object;
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();
    private @Nullable List<Subscription> listed; // the same, as long as they are
    private final TreeMap<Long, Event> early = new TreeMap<>();
    private @Nullable Long last; // null while nobody has read the rows
    private long due = -1; // until where something is known to have happened
    private boolean doubted; // before anybody had read the rows
    private boolean incomplete; // some of what has happened was dropped
    private boolean mending;

    Watch(Hub hub, Sid account, Sid service, Sid object) {
        this.hub = hub;
        this.account = new Caller.Backend(account);
        this.service = service;
        this.object = object;
    }

    Sid service() {
        return service;
    }

    Sid object() {
        return object;
    }

    Set<Subscription> subscriptions() {
        return subscriptions;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
        listed = null;
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
        listed = null;
        if (subscriptions.isEmpty()) {
            hub.forget(this);
        }
    }

    /** Somebody has read the rows: the first reader says where the numbers begin. */
    void read(long eventId) {
        if (last == null) {
            last = eventId;
            dropKnown();
            tellWhatFollows();
            if (doubted) { // which may have been read before what went by untold
                hub.doubt(Shards.only(Shards.of(object)));
            }
        }
    }

    /** Whether it can be compared with its row: if nobody has read that yet, it is compared again when somebody has. */
    boolean isComparable() {
        doubted = last == null;
        return !doubted;
    }

    /** The rows have come to an event: it is told by its change, or read after a while. */
    void reached(long eventId) {
        due = Math.max(due, eventId);
        if (lacksSome()) {
            mendAfter(PATIENCE);
        }
    }

    /** The object is not there any more: what was committed before is told first. */
    void missing() {
        hub.tell();
        if (!subscriptions.isEmpty()) {
            end(Event.ofRemoval(object, object.kind() == Sid.Kind.STREAM ? -1 : seen() + 1, Instant.now()));
        }
    }

    /** Some of its changes were committed, by whichever lanes. */
    void happened(List<Event> events) {
        List<Event> next = new ArrayList<>();
        for (Event event : events) {
            if (event.isEnd()) {
                tell(next);
                end(event);
                return;
            }
            if (event.id() < 0) { // a stream's: they have no order but that in which they come
                next.add(event);
            } else if (last == null || event.id() > last) {
                early.put(event.id(), event);
                bound();
                takeWhatFollows(next);
            }
        }
        tell(next);
        mendInTime();
    }

    /** Whether something was told, or is known, that comes after an event. */
    boolean isAheadOf(long eventId) {
        return seen() > eventId;
    }

    private void tellWhatFollows() {
        List<Event> next = new ArrayList<>();
        takeWhatFollows(next);
        tell(next);
        mendInTime();
    }

    private void takeWhatFollows(List<Event> next) {
        while (last != null && !early.isEmpty() && early.firstKey() == last + 1) {
            last = early.firstKey();
            next.add(early.pollFirstEntry().getValue());
        }
    }

    private void mendInTime() {
        if (last != null && lacksSome()) {
            mendAfter(PATIENCE);
        }
    }

    private boolean lacksSome() {
        return incomplete || due > seen() || !early.isEmpty();
    }

    /** The greatest are left out: reading the rows brings them back. */
    private void bound() {
        if (early.size() > MAX_EARLY) {
            early.pollLastEntry();
            incomplete = true;
        }
    }

    private void tell(List<Event> events) {
        if (!events.isEmpty()) {
            listed().forEach(subscription -> tell(subscription, events)); // slow ones leave meanwhile
        }
    }

    /** One that cannot be told has to come again, and is told from the rows; the others are told all the same. */
    private void tell(Subscription subscription, List<Event> events) {
        try {
            events.forEach(subscription::happened);
            hub.turn().flushTold();
        } catch (RuntimeException
                | OutOfMemoryError e) { // the latter is Netty's when there is no more outside of the heap
            log.error("somebody could not be told what has happened to {}", object, e);
            subscription.abort();
        }
    }

    private List<Subscription> listed() {
        List<Subscription> all = listed;
        if (all == null) {
            all = List.copyOf(subscriptions);
            listed = all;
        }
        return all;
    }

    /** Whatever is missing before it matters to nobody any more. */
    private void end(Event event) {
        List.copyOf(subscriptions).forEach(subscription -> subscription.gone(event));
        hub.forget(this);
    }

    private void mendAfter(Duration delay) {
        if (mending) {
            return;
        }
        mending = true;
        hub.after(delay, () -> {
            mending = false;
            if (!subscriptions.isEmpty() && lacksSome()) {
                mend();
            }
        });
    }

    /** Reads the rows, which are the truth; the changes are but hints. */
    private void mend() {
        mending = true;
        incomplete = false;
        hub.mend(() -> hub.rows().find(account, service, object).compose(this::catchUp))
                .onComplete(read -> {
                    mending = false;
                    if (read.failed() && gone(read.cause())) {
                        missing();
                    } else if (read.failed()) {
                        incomplete = true;
                        mendAfter(RETRY);
                    } else {
                        tellWhatFollows();
                    }
                });
    }

    static boolean gone(Throwable cause) {
        return cause instanceof SyncException refused && refused.errorCode().httpStatus() == 404;
    }

    private Future<Void> catchUp(SyncObject found) {
        if (found instanceof Document document && document.lastEventId() > seen()) {
            pass(Event.of(document));
        }
        return found instanceof SyncCollection collection ? catchUp(collection, seen()) : Future.succeededFuture();
    }

    private Future<Void> catchUp(SyncCollection collection, long since) {
        return hub.rows().itemsSince(service, object, seen(), CHUNK).compose(states -> {
            for (ItemState state : states) {
                if (state.item().lastEventId() > seen()) {
                    pass(Event.of(state, since, hub.urls()));
                }
            }
            if (states.size() == CHUNK) {
                return catchUp(collection, since);
            }
            last = Math.max(seen(), collection.lastEventId());
            dropKnown();
            return Future.succeededFuture();
        });
    }

    private void pass(Event event) {
        last = event.id();
        dropKnown();
        tell(List.of(event));
    }

    private long seen() {
        return last == null ? -1 : last;
    }

    private void dropKnown() {
        early.headMap(seen(), true).clear();
    }
}
