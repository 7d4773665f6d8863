package io.lockstep.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What changed that a node may hold in memory, in the order that a node reads it. */
public interface InvalidationRepository {

    /** From where to read next, when nothing older can be in memory. */
    Future<String> horizon();

    /** What was committed since a horizon; some of it may have been told before. */
    Future<Invalidations> since(String horizon);

    /** Removes at most {@code limit} that every node has long read. The number removed. */
    Future<Integer> prune(Duration age, int limit);

    /**
     * Some invalidations.
     *
     * @param horizon from where to read next
     */
    record Invalidations(String horizon, List<Invalidation> rows) {}

    /** One thing that memory must forget. */
    record Invalidation(Kind kind, UUID subject) {}

    /** What kinds of things are held in memory. */
    enum Kind {
        ACCOUNT,
        API_KEY,
        SERVICE,
        /** Of an object, whose SID is the subject: somebody may no longer read it. */
        PERMISSION
    }

    /** What holds such things in memory. */
    interface Listener {

        /** One thing has changed. */
        void forget(Invalidation invalidation);

        /** Some changes may have been missed. */
        void forgetAll();
    }
}
