package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in a list or a map.
 *
 * @param lastEventId of the collection's event that touched it last
 * @param createdEventId of the collection's event that added it
 */
public record SyncItem(
        Sid serviceSid,
        Sid collectionSid,
        ItemKey key,
        JsonText data,
        long lastEventId,
        long createdEventId,
        String createdBy,
        Instant dateCreated,
        Instant dateUpdated,
        @Nullable Instant dateExpires) {

    /** Lower-case hexadecimal of the last event's id: never the same again, also after remove and add. */
    public String revision() {
        return Long.toHexString(lastEventId);
    }

    /** Whether it has not changed since it was added. */
    public boolean isNew() {
        return lastEventId == createdEventId;
    }

    /** Whether its time has come: it is hidden from then on, and removed by whoever meets it. */
    public boolean expired(Instant now) {
        return SyncObject.hasCome(dateExpires, now);
    }
}
