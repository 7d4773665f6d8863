package io.lockstep.store;

import io.vertx.core.Future;

/** Which life of the database this is: one that was restored from a backup begins another. */
public interface EpochRepository {

    /** The epoch: 0 until one is begun. */
    Future<Long> get();

    /**
     * Begins another epoch: the ids of all events, and the indexes that lists give next, move forward, so that none is given
     * again that was given after the backup. It is done as a whole or not at all, in as long as it takes. Fails with
     * {@link NodesLiveException} while a node lives.
     *
     * @param by how far, at least 1: more than any object had events between the backup and the end of what was lost
     */
    Future<Begun> begin(long by);

    /**
     * What was done.
     *
     * @param epoch the new one, greater than any before it
     * @param documents how many documents were moved
     * @param collections how many lists and maps
     * @param items how many of their items, with those that were removed and are remembered
     */
    record Begun(long epoch, int documents, int collections, int items) {}

    /** Nodes hold in memory what would change behind them. */
    final class NodesLiveException extends RuntimeException {

        /**
         * @param seconds for how long those count that are renewed no more
         */
        public NodesLiveException(int nodes, long seconds) {
            super(
                    nodes + (nodes == 1 ? " node lives" : " nodes live")
                            + ": stop all of them first; who was killed counts for another " + seconds + " s",
                    null,
                    false,
                    false); // an expected outcome needs no stack trace
        }
    }
}
