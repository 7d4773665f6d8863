package io.lockstep.config;

import java.util.List;
import java.util.Map;

/**
 * All of the configuration, one record an area.
 *
 * @param unknown variables of our prefix that mean nothing: a warning at start
 */
public record Config(
        HttpConfig http,
        ManagementConfig management,
        DatabaseConfig database,
        WriteConfig writes,
        LimitsConfig limits,
        WebhookConfig webhooks,
        RealtimeConfig realtime,
        ClusterConfig cluster,
        MasterKeyConfig masterKey,
        BootstrapConfig bootstrap,
        List<String> unknown) {

    /** Reads and checks the environment; fails with a {@link ConfigException} at the first bad variable. */
    public static Config from(Map<String, String> variables) {
        return from(new Environment(variables));
    }

    static Config from(Environment env) {
        DatabaseConfig database = DatabaseConfig.from(env);
        HttpConfig http = HttpConfig.from(env, database.url() == null);
        WriteConfig writes = WriteConfig.from(env);
        LimitsConfig limits = LimitsConfig.from(env);
        WebhookConfig webhooks = WebhookConfig.from(env, database.url() == null);
        RealtimeConfig realtime = RealtimeConfig.from(env);
        ClusterConfig cluster = ClusterConfig.from(env);
        ManagementConfig management = ManagementConfig.from(env);
        MasterKeyConfig masterKey = MasterKeyConfig.from(env, database);
        BootstrapConfig bootstrap = BootstrapConfig.from(env);
        checkLogging(env);
        return new Config(
                http,
                management,
                database,
                writes,
                limits,
                webhooks,
                realtime,
                cluster,
                masterKey,
                bootstrap,
                env.unknown());
    }

    /** These two are needed before anything of ours logs: logback.xml is told of them; here they are only checked. */
    private static void checkLogging(Environment env) {
        env.choice("LOCKSTEP_LOG_FORMAT", List.of("text", "json"));
        env.choice("LOCKSTEP_LOG_LEVEL", List.of("info", "error", "warn", "debug", "trace"));
    }
}
