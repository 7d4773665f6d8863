package io.lockstep.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Sockets of clients.
 *
 * @param allowedOrigins whose pages may connect; {@code *} for all. What sends no {@code Origin} is no page
 * @param initTimeout how long a socket may be open without a token that was taken
 * @param pingInterval after how long without a packet of ours one is sent
 * @param silence how long nothing may come from a client
 * @param nodeLease how long the other nodes wait for one that says no more that it lives, before its clients are gone
 * @param compareInterval how often all objects that are followed are compared with their rows
 * @param drainTime how long the sockets are closed one after the other at most, when the server stops
 * @param closeExpired whether an expired token's client is told so by a packet, as Twilio does, or by its next init
 */
public record RealtimeConfig(
        List<String> allowedOrigins,
        Duration initTimeout,
        Duration pingInterval,
        Duration silence,
        Duration nodeLease,
        Duration compareInterval,
        Duration drainTime,
        boolean closeExpired) {

    /** Reads its variables. */
    public static RealtimeConfig from(Environment env) {
        List<String> origins = Arrays.stream(
                        env.text("LOCKSTEP_ALLOWED_ORIGINS", "*").split(",", -1))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .toList();
        return new RealtimeConfig(
                origins,
                env.duration("LOCKSTEP_REQUEST_TIMEOUT", "15s"),
                env.duration("LOCKSTEP_PING_INTERVAL", "30s"),
                env.duration("LOCKSTEP_SOCKET_SILENCE", "90s"),
                env.duration("LOCKSTEP_NODE_LEASE", "15s"),
                env.duration("LOCKSTEP_COMPARE_INTERVAL", "60s"),
                env.duration("LOCKSTEP_DRAIN_TIME", "10s"),
                env.choice("LOCKSTEP_TOKEN_EXPIRY", List.of("reconnect", "close"))
                        .equals("close"));
    }

    /** Whether a page from there may connect. */
    public boolean allows(String origin) {
        return allowedOrigins.contains("*") || allowedOrigins.contains(origin);
    }
}
