package io.lockstep.store.pg.lane;

/**
 * The turns of an event loop: in each it looks at what has arrived, then at what is left to do. Called on that event loop.
 */
public interface Turn {

    /**
     * Runs something at the end of the present one, when all that has arrived by now has been looked at. Who puts off a
     * statement until then gathers what came together, and keeps nobody waiting for what may come.
     */
    void atEnd(Runnable work);

    /** Runs something at the end of the next one, when what arrives meanwhile has been looked at, too. */
    void atEndOfNext(Runnable work);
}
