package io.lockstep.api;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What both edges ask of names, times and conditions, however they come by them. */
public final class Parameters {

    private static final int MAX_NAME = 320; // code points
    private static final int MAX_TTL = 31_536_000; // seconds: a year
    private static final Pattern REVISION = Pattern.compile("(?:W/)?\"([0-9A-Za-z]{1,64})\"|([0-9A-Za-z]{1,64})");

    private Parameters() {}

    /**
     * The name of a new object: 1 to 320 code points, not like a SID in either case; null stays null. Fails with
     * INVALID_UNIQUE_NAME.
     */
    public static @Nullable String uniqueName(@Nullable String name) {
        if (name == null) {
            return null;
        }
        boolean like =
                Sid.isSid(name.length() < 2 ? name : name.substring(0, 2).toUpperCase(Locale.ROOT) + name.substring(2));
        if (name.isEmpty() || name.codePointCount(0, name.length()) > MAX_NAME || like) {
            throw new SyncException(
                    ErrorCode.INVALID_UNIQUE_NAME,
                    "Invalid unique name. Expected a string with length 1-320 not matching the SID pattern"
                            + " [A-Z]{2}[a-f0-9]{32}");
        }
        return name;
    }

    /** Seconds to live, 0 for ever. Fails with INVALID_TTL, which names the parameter. */
    public static Long ttl(String parameter, String text) {
        Integer seconds = Numbers.parse(text, 0, MAX_TTL);
        if (seconds == null) {
            throw new SyncException(ErrorCode.INVALID_TTL, parameter + " must be a whole number from 0 to " + MAX_TTL);
        }
        return seconds.longValue();
    }

    /**
     * The revision of a header {@code If-Match}, bare or as an entity tag; null when there is no header, or any revision
     * will do. Fails with INVALID_IF_MATCH.
     */
    public static @Nullable String ifMatch(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return null;
        }
        Matcher matcher = REVISION.matcher(header.strip());
        if (!matcher.matches()) {
            throw new SyncException(ErrorCode.INVALID_IF_MATCH, "Invalid If-Match header");
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
}
