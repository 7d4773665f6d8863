package io.lockstep.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver said.
 *
 * @param text how the body begins; without NUL, which PostgreSQL has no place for
 * @param retryAfter how long it wants to be left alone; null unless it is busy and says so
 * @param asksForPassword whether it wants basic credentials
 */
record Answer(int status, String text, @Nullable Duration retryAfter, boolean asksForPassword) {

    private static final int SHOWN = 512; // bytes
    private static final Duration LONGEST = Duration.ofDays(1);

    static Answer of(HttpClientResponse response, Buffer body) {
        String text = body.getBuffer(0, Math.min(SHOWN, body.length()))
                .toString(StandardCharsets.UTF_8)
                .replace('\0', '\uFFFD');
        boolean busy = response.statusCode() == 429 || response.statusCode() == 503;
        String retryAfter = response.getHeader(HttpHeaders.RETRY_AFTER);
        String challenge = response.getHeader("WWW-Authenticate");
        return new Answer(
                response.statusCode(),
                text,
                busy && retryAfter != null ? retryAfter(retryAfter.strip(), Instant.now()) : null,
                challenge != null && challenge.toLowerCase(Locale.ROOT).startsWith("basic"));
    }

    /** Seconds, or a date (RFC 9110 section 10.2.3), a day at most; null when it is neither, or over. */
    static @Nullable Duration retryAfter(String value, Instant now) {
        try {
            Duration pause = value.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
            if (pause.isNegative() || pause.isZero()) {
                return null;
            }
            return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
