package io.lockstep.store.pg;

import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.SyncItem;
import io.lockstep.store.pg.ItemLog.ItemVersion;
import java.time.Instant;

/**
 * A change of an item, and when it was committed, as far as that is known: nanoseconds of this JVM's clock. Everything that
 * somebody saw of it narrows it down.
 */
final class ItemEvent {

    private final long id;
    private final State state;
    private final Change change;
    private ItemObservation cause;
    private long earliest = Long.MIN_VALUE;
    private long latest = Long.MAX_VALUE;

    private ItemEvent(long id, State state, Change change) {
        this.id = id;
        this.state = state;
        this.change = change;
    }

    /** One that was published; null when it is not an item's. */
    static ItemEvent of(Change change) {
        if (change instanceof Change.ItemAdded added) {
            return new ItemEvent(change.eventId(), State.of(added.item()), change);
        }
        if (change instanceof Change.ItemUpdated updated) {
            return new ItemEvent(change.eventId(), State.of(updated.item()), change);
        }
        return change instanceof Change.ItemRemoved removed
                ? new ItemEvent(change.eventId(), State.of(removed.item()).removedAt(change.date()), change)
                : null;
    }

    /** One that a row alone tells of. */
    static ItemEvent of(ItemVersion row) {
        return new ItemEvent(row.event(), State.of(row), null);
    }

    long id() {
        return id;
    }

    /** From then on; of a removal, as it was before. */
    State state() {
        return state;
    }

    /** Null when it was not published, for nobody knew that it was done. */
    Change change() {
        return change;
    }

    /** Null of an expired item's removal, and when it is not known. */
    ItemObservation cause() {
        return cause;
    }

    void causedBy(ItemObservation observation) {
        cause = observation;
    }

    boolean added() {
        return state.createdEvent() == id;
    }

    long earliest() {
        return earliest;
    }

    long latest() {
        return latest;
    }

    void notBefore(long time) {
        earliest = Math.max(earliest, time);
    }

    void notAfter(long time) {
        latest = Math.min(latest, time);
    }

    @Override
    public String toString() {
        return "event " + id + " " + state + " by " + cause;
    }

    /**
     * An item.
     *
     * @param date of the change that made it so
     * @param expires null for never
     */
    record State(ItemKey key, boolean removed, String data, long createdEvent, Instant date, Instant expires) {

        static State of(SyncItem item) {
            Instant updated = item.dateUpdated();
            Instant expires = item.dateExpires();
            boolean soon = expires != null && expires.equals(updated.plusSeconds(1));
            return new State(
                    item.key(),
                    false,
                    item.data().text(),
                    item.createdEventId(),
                    updated,
                    soon ? updated.plus(ItemLog.SHORT_LIFE) : expires);
        }

        static State of(ItemVersion row) {
            return new State(row.key(), row.removed(), row.data(), row.createdEvent(), row.updated(), row.expires());
        }

        State removedAt(Instant when) {
            return new State(key, true, data, createdEvent, when, expires);
        }

        /** Nothing depends on when a tombstone would have expired. */
        boolean equalsRow(State row) {
            return removed ? new State(key, true, data, createdEvent, date, row.expires).equals(row) : equals(row);
        }
    }
}
