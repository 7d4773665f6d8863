package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object with a revision; the simplest Sync primitive.
 *
 * @param uniqueName null when it is named by its SID alone
 * @param lastEventId 0 at its creation; grows by one with every change
 * @param dateExpires null when it never does
 */
public record Document(
        Sid sid,
        Sid serviceSid,
        @Nullable String uniqueName,
        JsonText data,
        long lastEventId,
        String createdBy,
        Instant dateCreated,
        Instant dateUpdated,
        @Nullable Instant dateExpires)
        implements SyncObject {

    /** Lower-case hexadecimal of the last event's id (rest-api.md section 1.5). */
    public String revision() {
        return Long.toHexString(lastEventId);
    }
}
