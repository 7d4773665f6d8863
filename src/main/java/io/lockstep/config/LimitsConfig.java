package io.lockstep.config;

import java.time.Duration;
import java.util.List;

/**
 * How much, and how often (Twilio's published figures: docs/limits.md).
 *
 * @param writes of one object a second; 0 for any number, as the other rates
 * @param reads of one object a second
 * @param messages to one stream a second
 * @param permissions reads and changes of one permission a second
 * @param burst how long a rate may be saved up, to be spent at once
 * @param dataSize bytes of the data of a document or an item
 * @param messageSize bytes of the data of a message
 * @param tombstones how long removed items are remembered
 */
public record LimitsConfig(
        int writes,
        int reads,
        int messages,
        int permissions,
        Duration burst,
        int dataSize,
        int messageSize,
        Duration tombstones) {

    private static final int MAX_RATE = 1_000_000;
    private static final int MAX_SIZE = 1_048_576;

    /** Reads its variables; the rates count only where limits are on. */
    public static LimitsConfig from(Environment env) {
        boolean on = env.choice("LOCKSTEP_LIMITS", List.of("off", "twilio")).equals("twilio");
        return new LimitsConfig(
                rate(env, on, "LOCKSTEP_LIMIT_WRITES", 20),
                rate(env, on, "LOCKSTEP_LIMIT_READS", 20),
                rate(env, on, "LOCKSTEP_LIMIT_MESSAGES", 30),
                rate(env, on, "LOCKSTEP_LIMIT_PERMISSIONS", 80),
                env.duration("LOCKSTEP_LIMIT_BURST", "10s"),
                env.integer("LOCKSTEP_MAX_DATA_SIZE", 16_384, 2, MAX_SIZE),
                env.integer("LOCKSTEP_MAX_MESSAGE_SIZE", 4096, 2, MAX_SIZE),
                Duration.ofDays(env.integer("LOCKSTEP_TOMBSTONE_DAYS", 7, 1, 3650)));
    }

    private static int rate(Environment env, boolean on, String name, int defaultValue) {
        int rate = env.integer(name, defaultValue, 0, MAX_RATE);
        return on ? rate : 0;
    }
}
