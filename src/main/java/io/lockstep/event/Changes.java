package io.lockstep.event;

import io.lockstep.model.Change;
import java.util.List;

/**
 * What one transaction has changed.
 *
 * @param changes of each object in the order of its events
 */
public record Changes(List<Change> changes) {

    public Changes {
        changes = List.copyOf(changes);
    }
}
