package io.lockstep.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code postgresql://user:password@host:port/database?sslmode=...} address, as libpq reads it.
 *
 * @param sslRootCert the file of certificate authorities that {@code verify-ca} and {@code verify-full} trust; null for
 *     the JVM's own
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        String password,
        SslMode sslMode,
        @Nullable String sslRootCert) {

    static final String VARIABLE = "LOCKSTEP_DATABASE_URL";

    /** Ours and not URI's: container networks have host names with underscores, which URI does not take for hosts. */
    private static final Pattern AUTHORITY = Pattern.compile("(?:(?<user>[^:@]*)(?::(?<password>[^@]*))?@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(?<port>\\d{1,6}))?");

    /** libpq's {@code sslmode}. */
    public enum SslMode {
        DISABLE,
        ALLOW,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL;

        /** As it is written in an address: {@code verify-full}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static SslMode parse(String word) {
            for (SslMode mode : values()) {
                if (mode.word().equals(word)) {
                    return mode;
                }
            }
            throw bad("sslmode must be disable, allow, prefer, require, verify-ca or verify-full");
        }
    }

    /** Reads an address; the complaint about a bad one never quotes it, for it holds the password. */
    public static DatabaseUrl parse(String text) {
        URI uri = uri(text);
        Matcher authority = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
        String path = uri.getPath();
        if (!authority.matches() || path == null || path.length() < 2) {
            throw bad("must look like postgresql://user:password@host:port/database");
        }
        if (authority.group("user") == null) {
            throw bad("names no user");
        }
        String host = authority.group("host");
        String password = authority.group("password");
        Map<String, String> query = query(uri);
        return new DatabaseUrl(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port(authority.group("port")),
                path.substring(1),
                decode(authority.group("user")),
                password == null ? "" : decode(password),
                sslMode(query),
                query.get("sslrootcert"));
    }

    /** Who names an authority and asks for encryption wants it checked: as libpq has it. */
    private static SslMode sslMode(Map<String, String> query) {
        SslMode mode = SslMode.parse(query.getOrDefault("sslmode", "prefer"));
        return mode == SslMode.REQUIRE && query.containsKey("sslrootcert") ? SslMode.VERIFY_CA : mode;
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            if ("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme())) {
                return uri;
            }
        } catch (URISyntaxException ignored) {
            throw bad("is no URL; characters such as @ : / ? # % in a password must be percent-encoded");
        }
        throw bad("must begin with postgresql://");
    }

    private static int port(@Nullable String text) {
        int port = text == null ? 5432 : Integer.parseInt(text);
        if (port == 0 || port > 65535) {
            throw bad("the port must be from 1 to 65535");
        }
        return port;
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        String query = uri.getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.equals("sslmode") && !name.equals("sslrootcert")) {
                throw bad("has an unknown parameter '" + name + "'; sslmode and sslrootcert are known");
            }
            parameters.put(name, decode(equals < 0 ? "" : pair.substring(equals + 1)));
        }
        return parameters;
    }

    /** Percent-decoding where a plus stays a plus. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static ConfigException bad(String problem) {
        return new ConfigException(VARIABLE, problem);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database + "?sslmode=" + sslMode.word();
    }
}
