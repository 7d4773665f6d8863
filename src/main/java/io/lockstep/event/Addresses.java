package io.lockstep.event;

/** Where messages go on the event bus. They are hints: nothing durable depends on them. */
public final class Addresses {

    /** Changes that were committed, a {@link Changes} a batch. */
    public static final String CHANGES = "lockstep.changes";

    /** Deliveries have come into the outbox; without a body. */
    public static final String WEBHOOKS_DUE = "lockstep.webhooks.due";

    /**
     * Changes may have gone by untold: whoever follows objects compares what it knows with the rows. The body is the set of
     * {@link Shards} that this is about.
     */
    public static final String DOUBTS = "lockstep.doubts";

    private Addresses() {}
}
