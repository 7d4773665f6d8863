package io.lockstep.store.pg.lane;

/**
 * The end of the event loop's present turn: when all that has arrived by now has been looked at. Who puts off a statement
 * until then gathers what came together, and keeps nobody waiting for what may come.
 */
public interface Turn {

    /** Runs something then. */
    void atEnd(Runnable work);
}
