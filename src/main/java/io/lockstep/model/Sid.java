package io.lockstep.model;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A resource identifier: two letters that name the kind, then 32 lower-case hexadecimal digits, which are those of a
 * time-ordered UUID (version 7) when we made it.
 */
public record Sid(Kind kind, UUID id) {

    /** The length of every SID in characters. */
    public static final int LENGTH = 34;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    public Sid {
        requireNonNull(kind);
        requireNonNull(id);
    }

    /** A new SID, greater than those that this clock gave before (to a quarter of a microsecond). */
    public static Sid generate(Kind kind) {
        return new Sid(kind, timeOrdered(Instant.now()));
    }

    /** RFC 9562 version 7, with the fraction of the millisecond in the twelve bits after the version (method 3). */
    public static UUID timeOrdered(Instant now) {
        long random = RANDOM.nextLong();
        long nanos = now.getNano();
        long millis = now.getEpochSecond() * 1000 + nanos / 1_000_000;
        long fraction = ((nanos % 1_000_000) << 12) / 1_000_000;
        long high = (millis << 16) | 0x7000L | fraction;
        long low = (random & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** The SID that {@code text} spells, in either case; null when it is no SID of that kind. */
    public static @Nullable Sid parse(Kind kind, String text) {
        if (!isSid(text) || !text.startsWith(kind.prefix)) {
            return null;
        }
        return new Sid(
                kind,
                new UUID(HexFormat.fromHexDigitsToLong(text, 2, 18), HexFormat.fromHexDigitsToLong(text, 18, LENGTH)));
    }

    /** Whether {@code text} has the shape of a SID, of whatever kind: such text is never a name. */
    public static boolean isSid(String text) {
        if (text.length() != LENGTH || !isCapital(text.charAt(0)) || !isCapital(text.charAt(1))) {
            return false;
        }
        for (int i = 2; i < LENGTH; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    @Override
    public String toString() {
        return kind.prefix
                + HEX.toHexDigits(id.getMostSignificantBits())
                + HEX.toHexDigits(id.getLeastSignificantBits());
    }

    /** The kinds of resource that have a SID, each with its two letters. */
    public enum Kind {
        ACCOUNT("AC"),
        API_KEY("SK"),
        SERVICE("IS"),
        DOCUMENT("ET"),
        LIST("ES"),
        MAP("MP"),
        STREAM("TO"),
        MESSAGE("TZ"),
        WEBHOOK_DELIVERY("WD"); // ours, not Twilio's

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /** Its name on the wire, such as {@code document}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
