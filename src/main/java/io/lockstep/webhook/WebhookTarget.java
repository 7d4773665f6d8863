package io.lockstep.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a webhook, taken apart.
 *
 * @param signedUrl as it is stored, credentials included, without the fragment (webhooks.md section 5)
 * @param requestUri path and query
 * @param authorization what its credentials are sent as; null when it has none
 */
record WebhookTarget(
        String signedUrl,
        boolean ssl,
        String host,
        int port,
        String requestUri,
        @Nullable String authorization,
        Overrides overrides) {

    /** Ours and not URI's, which takes no underscore for part of a host. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:(.*)@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+)(?::(\\d{0,5}))?");

    private static final int MAX_PORT = 65_535;

    /** Fails with IllegalArgumentException when it is no absolute http or https URL. */
    static WebhookTarget parse(String url) {
        URI uri = uri(url);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        Matcher authority = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
        if (!scheme.matches("https?") || uri.getRawAuthority() == null || !authority.matches()) {
            throw new IllegalArgumentException("no absolute http or https URL");
        }
        boolean ssl = scheme.equals("https");
        int fragment = url.indexOf('#');
        return new WebhookTarget(
                fragment < 0 ? url : url.substring(0, fragment),
                ssl,
                authority.group(2).replaceAll("[\\[\\]]", ""),
                port(authority.group(3), ssl),
                requestUri(uri),
                authority.group(1) == null ? null : authorization(authority.group(1)),
                Overrides.parse(uri.getRawFragment()));
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no URL", e);
        }
    }

    private static int port(@Nullable String digits, boolean ssl) {
        if (digits == null || digits.isEmpty()) {
            return ssl ? 443 : 80;
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("no port");
        }
        return port;
    }

    private static String requestUri(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    private static String authorization(String rawUserInfo) {
        String credentials = URI.create("http://" + rawUserInfo + "@host").getUserInfo();
        String withPassword = credentials.contains(":") ? credentials : credentials + ":";
        return "Basic " + Base64.getEncoder().encodeToString(withPassword.getBytes(UTF_8));
    }

    /** By which receivers are told from one another. */
    String origin() {
        return (ssl ? "https://" : "http://") + host.toLowerCase(Locale.ROOT) + ":" + port;
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return origin();
    }
}
