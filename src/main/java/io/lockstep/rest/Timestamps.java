package io.lockstep.rest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Dates as REST writes them. */
final class Timestamps {

    private Timestamps() {}

    /** Whole seconds, UTC: {@code 2026-01-31T12:00:00Z} (rest-api.md section 1.4). */
    static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
