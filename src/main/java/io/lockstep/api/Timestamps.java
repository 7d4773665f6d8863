package io.lockstep.api;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Dates as clients are told them. */
public final class Timestamps {

    private Timestamps() {}

    /** The same; null when there is no date. */
    public static @Nullable String secondsOrNull(@Nullable Instant instant) {
        return instant == null ? null : seconds(instant);
    }

    /** Whole seconds, UTC: {@code 2026-01-31T12:00:00Z} (rest-api.md section 1.4). */
    public static String seconds(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        char[] text = "0000-00-00T00:00:00Z".toCharArray();
        digits(text, 3, time.getYear()); // by hand: three in every answer, and a formatter costs ten times as much
        digits(text, 6, time.getMonthValue());
        digits(text, 9, time.getDayOfMonth());
        digits(text, 12, time.getHour());
        digits(text, 15, time.getMinute());
        digits(text, 18, time.getSecond());
        return new String(text);
    }

    /** The same with milliseconds, as clients of the SDK get it; null when there is no date. */
    public static @Nullable String millisOrNull(@Nullable Instant instant) {
        return instant == null ? null : millis(instant);
    }

    /** With milliseconds: {@code 2026-01-31T12:00:00.000Z} (sync-client-rest.md section 3). */
    public static String millis(Instant instant) {
        char[] text = (seconds(instant).substring(0, 19) + ".000Z").toCharArray();
        digits(text, 22, (int) (instant.toEpochMilli() - instant.getEpochSecond() * 1000));
        return new String(text);
    }

    /** Writes a number into the zeroes that end at {@code last}. */
    private static void digits(char[] text, int last, int number) {
        for (int i = last, rest = number; rest > 0; i--, rest /= 10) {
            text[i] = (char) ('0' + rest % 10);
        }
    }
}
