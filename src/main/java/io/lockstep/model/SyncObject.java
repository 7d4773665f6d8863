package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What stands in a Service by itself, under a SID and perhaps a name: a document, a list, a map or a stream. */
public sealed interface SyncObject permits Document, SyncCollection, SyncStream {

    /** Its kind is that of its SID. */
    Sid sid();

    /** The Service that it is in. */
    Sid serviceSid();

    /** Null when it is named by its SID alone. */
    @Nullable
    String uniqueName();

    /** {@link Caller#SYSTEM}, or the identity of a client. */
    String createdBy();

    /** When it was created. */
    Instant dateCreated();

    /** When it was last changed; never before what it was until then. */
    Instant dateUpdated();

    /** Null when it never does. */
    @Nullable
    Instant dateExpires();

    /** Whether its time has come: it is hidden from then on, and removed by whoever meets it. */
    default boolean expired(Instant now) {
        return hasCome(dateExpires(), now);
    }

    /** Whether a time to live is over. */
    static boolean hasCome(@Nullable Instant dateExpires, Instant now) {
        return dateExpires != null && !dateExpires.isAfter(now);
    }
}
