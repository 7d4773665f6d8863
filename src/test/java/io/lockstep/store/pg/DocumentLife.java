package io.lockstep.store.pg;

import io.lockstep.model.Sid;
import io.lockstep.store.pg.RowLog.State;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A document from its creation to its removal, as rows and answers tell it. */
final class DocumentLife {

    private final Sid sid;
    private final NavigableMap<Long, Moment> events = new TreeMap<>();
    private Moment removal;

    DocumentLife(Sid sid) {
        this.sid = sid;
    }

    Sid sid() {
        return sid;
    }

    /** By their ids. */
    NavigableMap<Long, Moment> events() {
        return events;
    }

    /** The moment of an event, whether it is known otherwise or not. */
    Moment event(long id) {
        return events.computeIfAbsent(id, ignored -> new Moment());
    }

    /** Null while it is there. */
    Moment removal() {
        return removal;
    }

    /** The moment of its removal, which is certain by now. */
    Moment remove() {
        removal = removal == null ? new Moment() : removal;
        return removal;
    }

    /** What ended a state: the next event or the removal; null while it lasts. */
    Moment after(long id) {
        var next = events.higherEntry(id);
        return next == null ? removal : next.getValue();
    }

    /** In their order, those that nothing is known of among them. */
    List<Moment> moments() {
        for (long id = 0; id <= lastEvent(); id++) {
            event(id);
        }
        List<Moment> moments = new ArrayList<>(events.values());
        if (removal != null) {
            moments.add(removal);
        }
        return moments;
    }

    long lastEvent() {
        return events.isEmpty() ? -1 : events.lastKey();
    }

    /**
     * When an event was committed, as far as that is known: nanoseconds of this JVM's clock. Everything that somebody saw
     * of it narrows it down.
     */
    static final class Moment {

        private long earliest = Long.MIN_VALUE;
        private long latest = Long.MAX_VALUE;
        private State state;
        private Observation cause;

        long earliest() {
            return earliest;
        }

        long latest() {
            return latest;
        }

        /** After it; null when it is not known, and of a removal. */
        State state() {
            return state;
        }

        /** Who asked for it; null when that is not known. */
        Observation cause() {
            return cause;
        }

        void set(State after, Observation by) {
            state = after;
            cause = by;
        }

        void notBefore(long time) {
            earliest = Math.max(earliest, time);
        }

        void notAfter(long time) {
            latest = Math.min(latest, time);
        }

        /** It lies between the question and the answer. */
        void within(Observation observation) {
            notBefore(observation.invoked());
            notAfter(observation.answered());
        }

        /** Whether no moment agrees with all that was seen. */
        boolean impossible() {
            return earliest > latest;
        }
    }
}
