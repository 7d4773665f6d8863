package io.lockstep.config;

import java.util.List;

/**
 * How objects are written.
 *
 * @param lanes of each event loop for each kind of object, a connection each while a batch is under way
 * @param batchSize writes in one transaction, at most
 * @param queueSize writes that may wait for a lane; one more is refused
 * @param creatorPermissions whether a client that creates an object gets all rights on it
 * @param streamWebhooks whether there are webhooks of streams and their messages
 */
public record WriteConfig(int lanes, int batchSize, int queueSize, boolean creatorPermissions, boolean streamWebhooks) {

    /** Reads its variables. */
    public static WriteConfig from(Environment env) {
        return new WriteConfig(
                env.integer("LOCKSTEP_WRITE_LANES", 1, 1, 64),
                env.integer("LOCKSTEP_WRITE_BATCH_SIZE", 128, 1, 1000),
                env.integer("LOCKSTEP_WRITE_QUEUE_SIZE", 1024, 1, 100_000),
                env.on("LOCKSTEP_CREATOR_PERMISSIONS"),
                env.choice("LOCKSTEP_STREAM_WEBHOOKS", List.of("off", "on")).equals("on"));
    }
}
