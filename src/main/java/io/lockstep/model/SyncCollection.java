package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A list or a map, as its SID says: what its items have in common.
 *
 * @param lastEventId -1 at its creation; grows by one with every change of its items
 * @param nextIndex of a list: what the next item gets, never given before; of a map it stays 0
 */
public record SyncCollection(
        Sid sid,
        Sid serviceSid,
        @Nullable String uniqueName,
        long lastEventId,
        long nextIndex,
        String createdBy,
        Instant dateCreated,
        Instant dateUpdated,
        @Nullable Instant dateExpires)
        implements SyncObject {

    /** Lower-case hexadecimal, one ahead of the last event: an empty one that was never touched has {@code 0}. */
    public String revision() {
        return Long.toHexString(lastEventId + 1);
    }
}
