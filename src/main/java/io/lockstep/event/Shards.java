package io.lockstep.event;

import io.lockstep.model.Sid;

/**
 * Objects are spread over a fixed number of shards, by which nodes tell one another what happens to them and listen for it:
 * nothing of what is shared grows with the number of objects. A set of shards is a {@code long} with a bit for each.
 */
public final class Shards {

    /**
     * How many there are; the same on all nodes. Few, so that what a transaction changes travels in few messages, and enough
     * for a lost one to make a node look at a small part of what it follows.
     */
    public static final int COUNT = 16;

    /** All of them. */
    public static final long ALL = (1L << COUNT) - 1;

    /** None of them. */
    public static final long NONE = 0L;

    private Shards() {}

    /** Where an object is, from 0 on: by the last bits of its SID, which are random. */
    public static int of(Sid object) {
        return (int) (object.id().getLeastSignificantBits() & (COUNT - 1));
    }

    /** The set of one. */
    public static long only(int shard) {
        return 1L << shard;
    }

    /** Whether a set has one. */
    public static boolean contains(long shards, int shard) {
        return (shards & only(shard)) != 0;
    }
}
