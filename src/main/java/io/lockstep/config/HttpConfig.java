package io.lockstep.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The public HTTP server.
 *
 * @param port 0 for any free one
 * @param publicUrl scheme, host and port that clients reach us by, without a slash at its end; null to derive it from
 *     each request
 * @param trustedProxies whose forwarding headers count
 * @param transport how the process talks to the network, its database included
 * @param eventLoops how many event loops serve requests
 * @param maxConnections of this node; one more is closed as soon as it comes
 * @param maxBodySize in bytes
 * @param maxPageSize the greatest {@code PageSize} that is honoured
 * @param requestTimeout how long the head of a request, and then its body, may take to arrive
 * @param idleTimeout how long a kept-alive connection may wait for its next request
 * @param platformErrorCodes whether 404 and 412 carry 20404 and 20412, as REST does, or the codes of Sync
 * @param shutdownTimeout how long requests in flight may take once the server stops
 */
public record HttpConfig(
        String host,
        int port,
        @Nullable String publicUrl,
        List<Cidr> trustedProxies,
        Transport transport,
        int eventLoops,
        int maxConnections,
        int maxBodySize,
        int maxPageSize,
        Duration requestTimeout,
        Duration idleTimeout,
        boolean platformErrorCodes,
        Duration shutdownTimeout,
        boolean accessLog) {

    /** How the system is asked for what goes over the network. */
    public enum Transport {
        /** By what the platform does best: epoll on Linux on x86-64, else as {@link #NIO}. */
        NATIVE,

        /** By Linux's io_uring, with fewer system calls; containers' defaults forbid it. */
        IO_URING,

        /** By the JDK. */
        NIO
    }

    /**
     * Reads its variables.
     *
     * @param sharesTheMachine whether a database of our own runs beside us, and wants half of the cores
     */
    public static HttpConfig from(Environment env, boolean sharesTheMachine) {
        return new HttpConfig(
                env.text("LOCKSTEP_HOST", "127.0.0.1"),
                env.integer("LOCKSTEP_PORT", 8080, 0, 65535),
                publicUrl(env.text("LOCKSTEP_PUBLIC_URL")),
                trustedProxies(env.text("LOCKSTEP_TRUSTED_PROXIES", "")),
                Transport.valueOf(env.choice("LOCKSTEP_TRANSPORT", List.of("native", "io_uring", "nio"))
                        .toUpperCase(Locale.ROOT)),
                eventLoops(env, sharesTheMachine),
                env.integer("LOCKSTEP_MAX_CONNECTIONS", 20_000, 1, 10_000_000),
                env.integer("LOCKSTEP_MAX_BODY_SIZE", 1_048_576, 1024, 67_108_864),
                env.integer("LOCKSTEP_MAX_PAGE_SIZE", 1000, 1, 1000),
                env.duration("LOCKSTEP_REQUEST_TIMEOUT", "15s"),
                env.duration("LOCKSTEP_IDLE_TIMEOUT", "75s"),
                env.choice("LOCKSTEP_ERROR_CODES", List.of("platform", "sync")).equals("platform"),
                env.duration("LOCKSTEP_SHUTDOWN_TIMEOUT", "10s"),
                env.on("LOCKSTEP_ACCESS_LOG"));
    }

    /** 0, the default, stands for one a core. */
    private static int eventLoops(Environment env, boolean sharesTheMachine) {
        int loops = env.integer("LOCKSTEP_EVENT_LOOPS", 0, 0, 256);
        int cores = Runtime.getRuntime().availableProcessors();
        return loops > 0 ? loops : Math.max(1, sharesTheMachine ? cores / 2 : cores);
    }

    private static @Nullable String publicUrl(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (WebAddress.isAbsolute(text) && text.indexOf('?') < 0 && text.indexOf('#') < 0) {
            return text.replaceFirst("/+$", "");
        }
        throw new ConfigException("LOCKSTEP_PUBLIC_URL", "must be an absolute http or https URL, is '" + text + "'");
    }

    private static List<Cidr> trustedProxies(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(part -> Cidr.parse("LOCKSTEP_TRUSTED_PROXIES", part))
                .toList();
    }
}
