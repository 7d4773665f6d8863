package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What messages are published to; it keeps none of them, and counts none. */
public record SyncStream(
        Sid sid,
        Sid serviceSid,
        @Nullable String uniqueName,
        String createdBy,
        Instant dateCreated,
        Instant dateUpdated,
        @Nullable Instant dateExpires)
        implements SyncObject {}
