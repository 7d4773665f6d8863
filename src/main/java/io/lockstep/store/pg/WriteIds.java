package io.lockstep.store.pg;

import io.lockstep.model.Sid;
import java.time.Instant;
import java.util.UUID;

/** What writes are called by, so that one whose answer was lost can be looked up: time-ordered, as SIDs are. */
final class WriteIds {

    private WriteIds() {}

    static UUID next() {
        return Sid.timeOrdered(Instant.now());
    }

    /** Not after those of a time. */
    static UUID before(Instant time) {
        return new UUID(time.toEpochMilli() << 16, 0);
    }
}
