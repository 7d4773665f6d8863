package io.lockstep.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How webhooks are sent.
 *
 * @param sending whether this node sends any
 * @param backoff before the second attempt, about; each further pause is twice as long
 * @param maxBackoff the longest pause
 * @param hold how long a failing webhook keeps the later ones of its object waiting
 * @param retryFor how long after its first attempt the last one is made
 * @param lease how long a node that has died keeps an object's webhooks from the others
 * @param connectionsPerReceiver webhooks under way to one receiver
 * @param connections webhooks under way in all
 * @param breakerFailures after so many failures in a row a receiver gets a break
 * @param breakerPause how long that is
 * @param retention how long deliveries can be looked at when they are over
 * @param privateAddresses whether receivers may have addresses that are not public
 * @param caFile certificates to trust, as PEM; null for those that the JVM trusts
 */
public record WebhookConfig(
        boolean sending,
        Duration backoff,
        Duration maxBackoff,
        Duration hold,
        Duration retryFor,
        Duration lease,
        int connectionsPerReceiver,
        int connections,
        int breakerFailures,
        Duration breakerPause,
        Duration retention,
        boolean privateAddresses,
        @Nullable Path caFile) {

    private static final Duration LONGEST = Duration.ofDays(30);

    /**
     * Reads its variables.
     *
     * @param laptop whether this is a server to try things out with, whose receivers are on the same machine
     */
    public static WebhookConfig from(Environment env, boolean laptop) {
        List<String> words = laptop ? List.of("allow", "refuse") : List.of("refuse", "allow");
        String caFile = env.text("LOCKSTEP_WEBHOOK_CA_FILE");
        return new WebhookConfig(
                env.on("LOCKSTEP_WEBHOOK_SENDING"),
                env.duration("LOCKSTEP_WEBHOOK_BACKOFF", "1s"),
                env.duration("LOCKSTEP_WEBHOOK_MAX_BACKOFF", "1h"),
                env.duration("LOCKSTEP_WEBHOOK_HOLD", "10m", LONGEST),
                env.duration("LOCKSTEP_WEBHOOK_RETRY_FOR", "72h", LONGEST),
                env.duration("LOCKSTEP_WEBHOOK_LEASE", "60s"),
                env.integer("LOCKSTEP_WEBHOOK_CONNECTIONS_PER_RECEIVER", 16, 1, 1000),
                env.integer("LOCKSTEP_WEBHOOK_CONNECTIONS", 256, 1, 10_000),
                env.integer("LOCKSTEP_WEBHOOK_BREAKER_FAILURES", 10, 1, 1_000_000),
                env.duration("LOCKSTEP_WEBHOOK_BREAKER_PAUSE", "10s"),
                env.duration("LOCKSTEP_WEBHOOK_RETENTION", "24h", LONGEST),
                env.choice("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", words).equals("allow"),
                caFile == null ? null : Path.of(caFile));
    }
}
