package io.lockstep.rest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Dates as REST writes them. */
final class Timestamps {

    private Timestamps() {}

    /** The same; null when there is no date. */
    static @Nullable String secondsOrNull(@Nullable Instant instant) {
        return instant == null ? null : seconds(instant);
    }

    /** Whole seconds, UTC: {@code 2026-01-31T12:00:00Z} (rest-api.md section 1.4). */
    static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
