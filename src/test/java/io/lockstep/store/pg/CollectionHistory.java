package io.lockstep.store.pg;

import static io.lockstep.store.pg.DatabaseClock.TOLERANCE;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.store.pg.ItemEvent.State;
import io.lockstep.store.pg.ItemLog.CollectionVersion;
import io.lockstep.store.pg.ItemLog.ItemVersion;
import io.lockstep.store.pg.ItemOperation.Kind;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges what many saw who worked on one list or map at once, against the rows and the changes that came of it: whether one
 * order of all events, that of their ids, explains every answer, and respects that what was answered came before what was
 * asked for afterwards.
 */
final class CollectionHistory {

    private final List<ItemObservation> observations;
    private final ItemLog log;
    private final DatabaseClock clock;
    private final Map<Integer, ItemObservation> byNumber = new HashMap<>();
    private final NavigableMap<Long, ItemEvent> events = new TreeMap<>();
    private final Map<Integer, List<ItemEvent>> byCause = new HashMap<>();
    private final Map<ItemKey, NavigableMap<Long, ItemEvent>> byKey = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final long lastEvent;

    CollectionHistory(Collection<ItemObservation> all, ItemLog log, Collection<Change> changes, DatabaseClock clock) {
        this.log = log;
        this.clock = clock;
        this.observations = all.stream()
                .filter(it -> it.operation().collection().equals(log.sid()))
                .toList();
        this.lastEvent = log.collection().stream()
                .mapToLong(CollectionVersion::lastEvent)
                .max()
                .orElse(-1);
        observations.forEach(it -> byNumber.put(it.operation().number(), it));
        changes.stream().filter(it -> it.objectSid().equals(log.sid())).forEach(this::published);
    }

    /** What is wrong; empty when all is right. */
    List<String> violations() {
        log.items().forEach(this::stored);
        transactions();
        events.values()
                .forEach(event -> byKey.computeIfAbsent(event.state().key(), ignored -> new TreeMap<>())
                        .put(event.id(), event));
        observations.forEach(this::answered);
        complete();
        observations.stream().filter(ItemObservation::done).forEach(this::seen);
        propagate();
        byKey.values().forEach(this::follow);
        indexes();
        observations.forEach(this::explained);
        return violations;
    }

    /** How many events are there, those that nothing is known of among them. */
    long size() {
        return lastEvent + 1;
    }

    /** Events that nobody was told of, and whose rows were written over in the same batch. */
    long holes() {
        return size() - events.size();
    }

    private void published(Change change) {
        ItemEvent event = ItemEvent.of(change);
        if (event == null) {
            check(change instanceof Change.ObjectCreated, "another change", change);
            return;
        }
        int number = ItemOperation.numberOf(change);
        ItemObservation cause = byNumber.get(number);
        check(number == 0 || cause != null, "nobody asked for it", change);
        event.causedBy(cause);
        byCause.computeIfAbsent(number, ignored -> new ArrayList<>()).add(event);
        ItemEvent before = events.put(event.id(), event);
        check(before == null, "two changes are the same event", before, event);
    }

    /** A row is what was published, or what somebody asked for who was not told what became of it. */
    private void stored(ItemVersion row) {
        ItemEvent event = events.get(row.event());
        if (event == null) {
            event = ItemEvent.of(row);
            event.causedBy(unknown(row));
            boolean explained = event.cause() != null || row.removed() && anyUnknown();
            check(explained, "stored, but nobody asked for it", row);
            events.put(event.id(), event);
        } else {
            check(event.state().equalsRow(State.of(row)), "stored otherwise than published", row, event);
        }
    }

    private ItemObservation unknown(ItemVersion row) {
        ItemObservation byData = byNumber.get(ItemOperation.numberOfData(row.data()));
        if (!row.removed() && byData != null && byData.unknown()) {
            return byData;
        }
        long ttl = row.expires() == null
                ? 0
                : row.expires().getEpochSecond() - row.updated().getEpochSecond();
        ItemObservation byTtl = byNumber.get((int) (ttl - ItemOperation.FIRST_TTL));
        return !row.removed() && byTtl != null && byTtl.unknown() ? byTtl : null;
    }

    private boolean anyUnknown() {
        return observations.stream().anyMatch(ItemObservation::unknown);
    }

    /** Each has the ids behind those of the one before it, and the last event of each item in it is the item's row. */
    private void transactions() {
        long last = -1;
        for (CollectionVersion version : log.collection()) {
            check(version.lastEvent() >= last, "ids run back", version, last);
            Map<ItemKey, Long> expected = new HashMap<>();
            Map<Long, ItemEvent> mine = events.subMap(last, false, Math.max(last, version.lastEvent()), true);
            mine.values().forEach(event -> expected.put(event.state().key(), event.id()));
            Map<ItemKey, Long> rows = rows(version.transaction());
            boolean own = version.lastEvent() > last;
            check(!own || rows.equals(expected), "rows are not the last events of items", version, rows, expected);
            last = Math.max(last, version.lastEvent());
        }
        long known = log.collection().stream()
                .map(CollectionVersion::transaction)
                .distinct()
                .count();
        check(known == log.collection().size(), "a collection was written twice in one transaction");
    }

    private Map<ItemKey, Long> rows(long transaction) {
        return rowsByTransaction().getOrDefault(transaction, Map.of());
    }

    private Map<Long, Map<ItemKey, Long>> rowsByTransaction;

    private Map<Long, Map<ItemKey, Long>> rowsByTransaction() {
        if (rowsByTransaction == null) {
            rowsByTransaction = log.items().stream()
                    .collect(Collectors.groupingBy(
                            ItemVersion::transaction, Collectors.toMap(ItemVersion::key, ItemVersion::event)));
        }
        return rowsByTransaction;
    }

    /** What was acknowledged happened once, as it was answered; what was refused never; what nobody knows at most once. */
    private void answered(ItemObservation observation) {
        ItemOperation operation = observation.operation();
        List<ItemEvent> mine = byCause.getOrDefault(operation.number(), List.of());
        boolean once = observation.done() && operation.changesItem();
        check(mine.size() == (once ? 1 : 0), once ? "not done once" : "done all the same", observation, mine);
        for (ItemEvent event : mine) {
            event.notBefore(observation.invoked());
            event.notAfter(observation.answered());
            check(right(operation, event), "another effect", observation, event);
        }
        if (once && !operation.is(Kind.REMOVE) && !mine.isEmpty()) {
            SyncItem told = observation.answer().item();
            check(told.lastEventId() == mine.get(0).id(), "another revision than published", observation, mine);
            check(State.of(told).equals(mine.get(0).state()), "answered otherwise than published", observation, mine);
        }
    }

    private static boolean right(ItemOperation operation, ItemEvent event) {
        State state = event.state();
        boolean mine = operation.key() == null || operation.key().equals(state.key());
        boolean data = operation.is(Kind.EXPIRE)
                || operation.is(Kind.REMOVE)
                || state.data().equals(operation.data().text());
        return mine && data && event.added() == operation.is(Kind.ADD) && state.removed() == operation.is(Kind.REMOVE);
    }

    /** What nobody was told of was asked for by those who do not know; each of them may have met something expired. */
    private void complete() {
        long unknown = observations.stream()
                .filter(it -> it.unknown() && it.operation().changesItem())
                .count();
        long untold = size()
                - events.values().stream().filter(it -> it.change() != null).count();
        check(untold <= 2 * unknown, "events that nobody asked for", untold, unknown);
        check(events.isEmpty() || events.lastKey() <= lastEvent, "an event behind the last", lastEvent);
        events.values().stream()
                .filter(it -> it.change() == null && it.cause() != null)
                .forEach(it -> it.notBefore(it.cause().invoked()));
    }

    /** What is read lies between the event that it saw and the next one. */
    private void seen(ItemObservation observation) {
        if (observation.operation().is(Kind.READ)) {
            SyncItem item = observation.answer().item();
            ItemEvent event = events.get(item.lastEventId());
            check(event == null || event.state().equals(State.of(item)), "saw something else", observation, event);
            sees(observation, item.lastEventId());
        } else if (observation.answer().collection() != null) {
            SyncCollection collection = observation.answer().collection();
            long event = collection.lastEventId();
            check(event <= lastEvent, "saw what is not", observation);
            narrow(observation, events.get(event), events.get(event + 1));
        }
    }

    private void sees(ItemObservation observation, long id) {
        ItemEvent event = events.get(id);
        boolean there = event != null
                && event.state().key().equals(observation.operation().key())
                && !event.state().removed();
        check(there || event == null && holes() > 0, "saw what is not", observation, event);
        if (there) {
            narrow(observation, event, after(event));
            check(observation.invoked() <= due(event) + TOLERANCE, "saw what had expired", observation, event);
        }
    }

    private static void narrow(ItemObservation observation, ItemEvent event, ItemEvent next) {
        if (event != null) {
            event.notAfter(observation.answered());
        }
        if (next != null) {
            next.notBefore(observation.invoked());
        }
    }

    /** What is known of each event is known of those after it and before it too: their ids are the order of commits. */
    private void propagate() {
        ItemEvent before = null;
        for (ItemEvent event : events.values()) {
            event.notBefore(before == null ? Long.MIN_VALUE : before.earliest());
            check(
                    before == null
                            || !event.state().date().isBefore(before.state().date()),
                    "dates run back",
                    event);
            before = event;
        }
        ItemEvent after = null;
        for (ItemEvent event : events.descendingMap().values()) {
            event.notAfter(after == null ? Long.MAX_VALUE : after.latest());
            check(event.earliest() <= event.latest(), "out of order", event, after);
            after = event;
        }
    }

    /** Each state of an item is what a write made of the state before it. */
    private void follow(NavigableMap<Long, ItemEvent> life) {
        ItemEvent before = null;
        for (ItemEvent event : life.values()) {
            boolean certain = before == null ? holes() == 0 : holesBetween(before.id(), event.id()) == 0;
            if (certain) {
                boolean there = before != null && !before.state().removed();
                check(event.added() != there, event.added() ? "added twice" : "not there", before, event);
            }
            if (certain && before != null && !event.added()) {
                check(follows(before.state(), event), "another effect", before, event);
                String ifMatch =
                        event.cause() == null ? null : event.cause().operation().ifMatch();
                boolean meant = ifMatch == null || ifMatch.equals(Long.toHexString(before.id()));
                check(meant, "another revision", before, event);
            }
            before = event;
        }
    }

    private long holesBetween(long one, long other) {
        return holes() == 0
                ? 0
                : other - one - 1 - events.subMap(one, false, other, false).size();
    }

    private static boolean follows(State before, ItemEvent event) {
        State after = event.state();
        boolean same = before.createdEvent() == after.createdEvent();
        boolean over = before.expires() != null && !after.date().isBefore(before.expires());
        if (event.cause() == null) {
            return same && (event.change() == null || over && after.removed());
        }
        ItemOperation operation = event.cause().operation();
        Instant expires = operation.is(Kind.REMOVE) || operation.ttl() == null
                ? before.expires()
                : expiry(after.date(), operation.ttl());
        boolean data = operation.is(Kind.SET) || before.data().equals(after.data());
        return same && !over && data && Objects.equals(after.expires(), expires);
    }

    private static Instant expiry(Instant date, long ttl) {
        return ttl == 0 ? null : ttl == 1 ? date.plus(ItemLog.SHORT_LIFE) : date.plusSeconds(ttl);
    }

    /** A list gives each index once, in the order of its events, and leaves none out. */
    private void indexes() {
        long next = 0;
        for (ItemEvent event : events.values()) {
            if (log.sid().kind() == Sid.Kind.LIST && event.added()) {
                long index = ((ItemKey.Index) event.state().key()).value();
                check(holes() == 0 ? index == next : index >= next, "an index given twice, or left out", event);
                next = index + 1;
            }
        }
        long stored = log.collection().isEmpty()
                ? 0
                : log.collection().get(log.collection().size() - 1).nextIndex();
        check(holes() == 0 ? stored == next : stored >= next, "another next index", stored, next);
    }

    private void explained(ItemObservation observation) {
        if (observation.refusal() != null) {
            check(refusedRightly(observation), "refused wrongly", observation);
        } else if (observation.failure() instanceof PgException) {
            check(observation.operation().trouble().endsWith("fails"), "failed for its neighbour", observation);
        } else {
            check(observation.done() || observation.unknown(), "failed", observation, observation.failure());
        }
    }

    private boolean refusedRightly(ItemObservation refused) {
        ItemOperation operation = refused.operation();
        NavigableMap<Long, ItemEvent> life =
                operation.key() == null ? new TreeMap<>() : byKey.getOrDefault(operation.key(), new TreeMap<>());
        boolean explained = switch (refused.refusal()) {
            case UNAVAILABLE -> true;
            case MAP_ITEM_EXISTS ->
                operation.is(Kind.ADD) && life.values().stream().anyMatch(it -> there(refused, it));
            case MAP_ITEM_NOT_FOUND, LIST_ITEM_NOT_FOUND -> !operation.is(Kind.ADD) && gone(refused, life);
            case MAP_ITEM_REVISION_MISMATCH, LIST_ITEM_REVISION_MISMATCH ->
                operation.ifMatch() != null && mismatched(refused, life);
            default -> false;
        };
        return explained || holes() > 0 && refused.refusal() != ErrorCode.NOT_FOUND;
    }

    private boolean mismatched(ItemObservation refused, NavigableMap<Long, ItemEvent> life) {
        String found = refused.failure().getMessage().replaceFirst("^The revision is ", "");
        ItemEvent event = life.get(Long.parseLong(found, 16));
        return event != null && !found.equals(refused.operation().ifMatch()) && there(refused, event);
    }

    /** Whether an item may have been as an event left it, at some moment while the write was under way. */
    private boolean there(ItemObservation refused, ItemEvent event) {
        return !event.state().removed() && overlaps(refused, event) && due(event) + TOLERANCE >= refused.invoked();
    }

    /** Whether an item may not have been there at some moment while the write was under way. */
    private boolean gone(ItemObservation refused, NavigableMap<Long, ItemEvent> life) {
        boolean notYet = life.isEmpty() || life.firstEntry().getValue().latest() >= refused.invoked();
        return notYet
                || life.values().stream()
                        .filter(it -> it.state().removed() || due(it) - TOLERANCE <= refused.answered())
                        .anyMatch(it -> overlaps(refused, it));
    }

    private boolean overlaps(ItemObservation refused, ItemEvent event) {
        ItemEvent next = after(event);
        return event.earliest() <= refused.answered() && (next == null || next.latest() >= refused.invoked());
    }

    /** The next event of the same item; null when it is its last. */
    private ItemEvent after(ItemEvent event) {
        var next = byKey.get(event.state().key()).higherEntry(event.id());
        return next == null ? null : next.getValue();
    }

    /** When it expires; far away when it never does. */
    private long due(ItemEvent event) {
        return event.state().expires() == null
                ? Long.MAX_VALUE / 2
                : clock.nanos(event.state().expires());
    }

    private void check(boolean right, String otherwise, Object... of) {
        if (!right) {
            violations.add(otherwise + ": " + Arrays.toString(of));
        }
    }
}
