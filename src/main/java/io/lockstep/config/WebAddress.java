package io.lockstep.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Absolute http and https addresses. */
public final class WebAddress {

    /** Ours and not URI's: container networks have host names with underscores, which URI does not take for hosts. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[^@]*@)?(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+)(?::(\\d{0,6}))?");

    private static final int MAX_PORT = 65535;

    private WebAddress() {}

    /** Whether the text is one. */
    public static boolean isAbsolute(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            Matcher authority = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
            return web && uri.getRawAuthority() != null && authority.matches() && isPort(authority.group(1));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isPort(@Nullable String digits) {
        return digits == null || digits.isEmpty() || Integer.parseInt(digits) <= MAX_PORT;
    }
}
