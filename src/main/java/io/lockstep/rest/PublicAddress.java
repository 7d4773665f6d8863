package io.lockstep.rest;

import io.lockstep.config.Cidr;
import io.lockstep.config.HttpConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port that a client reaches us by, for the absolute URLs in answers: as configured, else as a trusted
 * proxy forwards it, else as the request's own {@code Host} says. Belongs to one event loop.
 */
final class PublicAddress {

    /** What may stand in a URL; anything else in a header is not repeated to anybody. */
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:\\d{1,5})?");

    private static final Pattern FORWARDED =
            Pattern.compile("(?i)(?:^|[;,\\s])(proto|host)=(?:\"([^\"]*)\"|([^;,\\s]*))");

    private final @Nullable String configured;
    private final List<Cidr> trustedProxies;
    private String checkedHost = ""; // the last, and nearly always the next

    PublicAddress(HttpConfig config) {
        this.configured = config.publicUrl();
        this.trustedProxies = config.trustedProxies();
    }

    /** Without a slash at its end. */
    String of(HttpServerRequest request) {
        if (configured != null) {
            return configured;
        }
        String scheme = "http";
        String host = request.getHeader("Host");
        if (fromTrustedProxy(request)) {
            scheme = "https".equalsIgnoreCase(forwarded(request, "proto", "X-Forwarded-Proto")) ? "https" : scheme;
            String forwardedHost = forwarded(request, "host", "X-Forwarded-Host");
            host = forwardedHost == null
                    ? host
                    : withPort(forwardedHost, request.getHeader("X-Forwarded-Port"), scheme);
        }
        return scheme + "://" + (host != null && mayBeRepeated(host) ? host : local(request));
    }

    private boolean mayBeRepeated(String host) {
        if (!host.equals(checkedHost) && HOST.matcher(host).matches()) {
            checkedHost = host;
        }
        return host.equals(checkedHost);
    }

    private boolean fromTrustedProxy(HttpServerRequest request) {
        SocketAddress remote = trustedProxies.isEmpty() ? null : request.remoteAddress();
        if (remote == null || remote.hostAddress() == null) {
            return false;
        }
        try {
            InetAddress address = InetAddress.getByName(remote.hostAddress()); // a literal: no name server is asked
            return trustedProxies.stream().anyMatch(range -> range.contains(address));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Of a chain of proxies the first wrote what the client had sent. */
    private static @Nullable String forwarded(HttpServerRequest request, String parameter, String header) {
        String standard = request.getHeader("Forwarded");
        if (standard != null) {
            Matcher matcher = FORWARDED.matcher(standard);
            while (matcher.find()) {
                if (matcher.group(1).equalsIgnoreCase(parameter)) {
                    return matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
                }
            }
        }
        String value = request.getHeader(header);
        return value == null ? null : value.split(",", 2)[0].strip();
    }

    private static String withPort(String host, @Nullable String port, String scheme) {
        boolean needed = port != null
                && port.matches("\\d{1,5}")
                && !host.matches(".*:\\d+")
                && !port.equals(scheme.equals("https") ? "443" : "80");
        return needed ? host + ":" + port : host;
    }

    private static String local(HttpServerRequest request) {
        SocketAddress local = request.localAddress();
        String host = local.host();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + local.port();
    }
}
