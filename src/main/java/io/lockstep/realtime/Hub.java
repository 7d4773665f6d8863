package io.lockstep.realtime;

import io.lockstep.event.Changes;
import io.lockstep.model.Change;
import io.lockstep.model.Sid;
import io.lockstep.store.ReplayRepository;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Who follows what, on one event loop: as many watches as there are objects with a subscription here. */
final class Hub {

    private static final List<Sid.Kind> RESTRICTED = List.of(Sid.Kind.DOCUMENT, Sid.Kind.LIST, Sid.Kind.MAP);

    private static final int MAX_MENDS = 64;

    private final Vertx vertx;
    private final ReplayRepository rows;
    private final Addressing urls;
    private final RealtimeListener listener;
    private final PacketIds ids = new PacketIds();
    private final ReadChecks checks = new ReadChecks(this);
    private final Turns mends = new Turns(MAX_MENDS);
    private final Comparison comparison = new Comparison(this);
    private final Map<Sid, Watch> watches = new HashMap<>();
    private final Turn turn;
    private final List<Changes> committed = new ArrayList<>(); // in this turn

    Hub(Vertx vertx, ReplayRepository rows, Addressing urls, RealtimeListener listener) {
        this.vertx = vertx;
        this.rows = rows;
        this.urls = urls;
        this.listener = listener;
        this.turn = new Turn(vertx, listener, this::tell);
    }

    /** What a transaction has changed, which is told when the turn ends. It comes by the event bus, so never while others tell. */
    void committed(Changes changes) {
        if (!watches.isEmpty()) {
            committed.add(changes);
            turn.begin();
        }
    }

    /** What came in this turn until now, object by object. */
    void tell() {
        List<Changes> all = List.copyOf(committed);
        committed.clear();
        Map<Watch, List<Event>> events = new LinkedHashMap<>();
        List<Changes> followed = new ArrayList<>();
        for (Changes changes : all) {
            if (render(changes, events)) {
                followed.add(changes);
            }
        }
        if (events.size() == 1) {
            turn.flushEach(() -> events.forEach(Watch::happened));
        } else {
            events.forEach(Watch::happened);
        }
        followed.forEach(changes -> listener.told(Duration.ofNanos(System.nanoTime() - changes.committedAt())));
    }

    /** Adds the events of what somebody follows; false when there is none. */
    private boolean render(Changes changes, Map<Watch, List<Event>> events) {
        boolean any = false;
        for (Change change : changes.changes()) {
            Watch watch = watches.get(change.objectSid());
            if (watch != null && !(change instanceof Change.ObjectCreated)) {
                events.computeIfAbsent(watch, it -> new ArrayList<>()).add(Event.of(change, urls));
                any = true;
            }
        }
        return any;
    }

    /** The watch of an object, begun if need be. */
    Watch watch(Sid account, Sid service, Sid object) {
        return watches.computeIfAbsent(object, it -> new Watch(this, account, service, it));
    }

    /** Somebody may no longer read an object, of one of the kinds that have permissions. */
    void checkReaders(UUID object) {
        for (Sid.Kind kind : RESTRICTED) {
            Watch watch = watches.get(new Sid(kind, object));
            if (watch != null) {
                checks.check(watch.subscriptions());
            }
        }
    }

    /** The same, of all objects that are in some Services. */
    void checkReadersIn(Predicate<Sid> service) {
        watches.values().stream()
                .filter(watch -> service.test(watch.service()))
                .forEach(watch -> checks.check(watch.subscriptions()));
    }

    /** Something may have happened in these shards that nobody has told. */
    void doubt(long shards) {
        comparison.start(shards);
    }

    Collection<Watch> watches() {
        return watches.values();
    }

    /** Nobody follows it any more. */
    void forget(Watch watch) {
        watches.remove(watch.object(), watch);
    }

    ReplayRepository rows() {
        return rows;
    }

    Addressing urls() {
        return urls;
    }

    PacketIds ids() {
        return ids;
    }

    Turn turn() {
        return turn;
    }

    RealtimeListener listener() {
        return listener;
    }

    /** A gap did not close by itself: somebody reads the rows. After a cut many do at once. */
    Future<Void> mend(Supplier<Future<Void>> reading) {
        listener.gapMended();
        return mends.run(reading);
    }

    void after(Duration delay, Runnable task) {
        vertx.setTimer(delay.toMillis(), timer -> task.run());
    }
}
