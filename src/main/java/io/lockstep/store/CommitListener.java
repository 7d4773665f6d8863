package io.lockstep.store;

import io.lockstep.model.Change;
import java.util.List;

/** Is told what the write path has committed, after those who caused it were answered. Called on their event loop. */
@FunctionalInterface
public interface CommitListener {

    /** Where nobody wants to know. */
    CommitListener NONE = (changes, webhooksDue) -> {};

    /**
     * A batch was committed.
     *
     * @param changes what has happened, of each object in the order of its events
     * @param webhooksDue whether any of it has a webhook, which waits in the outbox
     */
    void committed(List<Change> changes, boolean webhooksDue);

    /** Both are told, one after the other. */
    default CommitListener and(CommitListener other) {
        return (changes, webhooksDue) -> {
            committed(changes, webhooksDue);
            other.committed(changes, webhooksDue);
        };
    }
}
