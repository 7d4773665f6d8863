package io.lockstep.event;

import io.lockstep.model.Change;
import java.util.List;

/**
 * What one transaction has changed.
 *
 * @param changes of each object in the order of its events
 * @param committedAt when that was, by {@link System#nanoTime}
 */
public record Changes(List<Change> changes, long committedAt) {

    public Changes {
        changes = List.copyOf(changes);
    }
}
