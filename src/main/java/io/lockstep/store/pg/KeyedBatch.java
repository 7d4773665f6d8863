package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.store.Answer;
import io.lockstep.store.Once;
import io.lockstep.store.RepeatedException;
import io.lockstep.write.Outcome;
import io.lockstep.write.Write;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which writes of a batch are new, and how those are answered that are not. */
final class KeyedBatch<C, R> {

    private final List<Write<Keyed<C, R>>> writes;
    private final Map<Key, Kept> known;
    private final SortedMap<Key, Kept> added = new TreeMap<>();

    /**
     * @param kept the keys of the batch that have been used
     */
    KeyedBatch(List<Write<Keyed<C, R>>> writes, Map<Key, Kept> kept) {
        this.writes = writes;
        this.known = new HashMap<>(kept);
    }

    /** What is to be decided: what has no key, and the first under each new one. */
    List<Write<C>> fresh() {
        Set<Key> used = new HashSet<>(known.keySet());
        List<Write<C>> fresh = new ArrayList<>(writes.size());
        for (Write<Keyed<C, R>> write : writes) {
            Key key = key(write);
            if (key == null || used.add(key)) {
                fresh.add(command(write));
            }
        }
        return fresh;
    }

    /** The outcomes of all writes, from those of the fresh ones; the first under a key answers those behind it. */
    List<Outcome<R>> outcomes(List<Outcome<R>> decided) {
        Iterator<Outcome<R>> next = decided.iterator();
        List<Outcome<R>> outcomes = new ArrayList<>(writes.size());
        for (Write<Keyed<C, R>> write : writes) {
            Once<R> once = write.command().once();
            outcomes.add(once == null ? next.next() : outcome(Key.of(write.caller(), once), once, next));
        }
        return outcomes;
    }

    private Outcome<R> outcome(Key key, Once<R> once, Iterator<Outcome<R>> next) {
        Kept kept = known.get(key);
        return kept == null ? add(key, once, next.next()) : repeat(once, kept);
    }

    private Outcome<R> add(Key key, Once<R> once, Outcome<R> outcome) {
        Kept kept = new Kept(once.fingerprint(), answer(once, outcome));
        known.put(key, kept);
        if (!(outcome instanceof Outcome.Refused<R> refused && refused.errorCode() == ErrorCode.RATE_LIMITED)) {
            added.put(key, kept); // else another time it may be done
        }
        return outcome;
    }

    private static <R> Answer answer(Once<R> once, Outcome<R> outcome) {
        return outcome instanceof Outcome.Refused<R> refused
                ? new Answer.Refusal(refused.errorCode(), refused.message())
                : once.render().apply(outcome.result());
    }

    private static <R> Outcome<R> repeat(Once<R> once, Kept kept) {
        return kept.fingerprint().equals(once.fingerprint())
                ? new Outcome.Repeated<>(new RepeatedException(kept.answer()))
                : new Outcome.Refused<>(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED, "The Idempotency-Key was used for another request");
    }

    /** What is to be kept. */
    SortedMap<Key, Kept> added() {
        return added;
    }

    static <C, R> @Nullable Key key(Write<Keyed<C, R>> write) {
        Once<R> once = write.command().once();
        return once == null ? null : Key.of(write.caller(), once);
    }

    static <C, R> Write<C> command(Write<Keyed<C, R>> write) {
        return new Write<>(write.caller(), write.serviceSid(), write.command().command());
    }

    /** Whose key. The order is one on every node, so that no two transactions wait for each other's keys. */
    record Key(UUID accountSid, String key) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::accountSid).thenComparing(Key::key);

        private static Key of(Caller caller, Once<?> once) {
            return new Key(caller.accountSid().id(), once.key());
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a key was used for. */
    record Kept(Buffer fingerprint, Answer answer) {}
}
