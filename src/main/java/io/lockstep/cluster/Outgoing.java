package io.lockstep.cluster;

import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.model.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What was committed and is still to be sent, from all event loops. Bounded: what does not fit is not sent, but counted, so
 * that the other nodes notice and read it.
 */
final class Outgoing {

    private static final int MAX = 8192; // transactions

    private final Queue<Changes> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();

    /** Whether somebody has to come and {@link #take} it: the first since they did the last time. */
    boolean add(Changes changes) {
        int before = size.getAndIncrement();
        if (before < MAX) {
            waiting.add(changes);
            return before == 0;
        }
        size.decrementAndGet();
        long shards = Shards.NONE;
        for (Change change : changes.changes()) {
            shards |= Shards.only(Shards.of(change.objectSid()));
        }
        long missing = shards;
        lost.updateAndGet(all -> all | missing);
        return true; // whoever came last may not have seen it
    }

    /** All that is there, in the order in which it came. */
    Batch take() {
        Batch batch = new Batch(lost.getAndSet(Shards.NONE));
        int taken = 0;
        Changes next = waiting.poll();
        while (next != null) {
            batch.add(next);
            taken++;
            next = taken < MAX ? waiting.poll() : null;
        }
        if (size.addAndGet(-taken) > 0) {
            batch.more = true;
        }
        return batch;
    }

    /** Changes by shard. Those that a node follows came before it began to: creations go nowhere. */
    static final class Batch {

        private final List<List<Change>> shards = IntStream.range(0, Shards.COUNT)
                .<List<Change>>mapToObj(shard -> new ArrayList<>())
                .toList();
        private final long lost;
        private long committedAt = System.nanoTime();
        private boolean more;

        Batch(long lost) {
            this.lost = lost;
        }

        private void add(Changes changes) {
            committedAt = Math.min(committedAt, changes.committedAt());
            for (Change change : changes.changes()) {
                if (!(change instanceof Change.ObjectCreated)) {
                    shards.get(Shards.of(change.objectSid())).add(change);
                }
            }
        }

        List<Change> of(int shard) {
            return shards.get(shard);
        }

        /** The shards of which something was dropped. */
        long lost() {
            return lost;
        }

        /** When the first of it was committed, by {@link System#nanoTime}. */
        long committedAt() {
            return committedAt;
        }

        /** Whether something has come meanwhile, for which nobody else will come. */
        boolean more() {
            return more;
        }
    }
}
