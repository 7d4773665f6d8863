package io.lockstep.config;

/**
 * The management port: health and metrics.
 *
 * @param port 0 for any free one
 */
public record ManagementConfig(String host, int port) {

    /** Reads its variables. */
    public static ManagementConfig from(Environment env) {
        return new ManagementConfig(
                env.text("LOCKSTEP_MANAGEMENT_HOST", "127.0.0.1"),
                env.integer("LOCKSTEP_MANAGEMENT_PORT", 9090, 0, 65535));
    }
}
