package io.lockstep.write;

import io.lockstep.model.SyncObject;

/**
 * Decides a batch of writes to objects of one kind, one after another in the order of their arrival, against rows that are
 * locked. A function of its input alone: it is built, fed every write once, and asked for what is to be written.
 */
public interface Decisions<C extends Command, O extends SyncObject, R> {

    /** Decides the next write; its result is the object as it is afterwards, or as it was before it was deleted. */
    Outcome<R> decide(Write<C> write);

    /** The objects as the batch leaves them. */
    WorkingSet<O> objects();
}
