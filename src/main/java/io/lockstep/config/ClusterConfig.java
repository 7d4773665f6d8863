package io.lockstep.config;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this node finds the others, and how they talk.
 *
 * @param name of the cluster: who has another one does not get in
 * @param host the address of the interface that the other nodes use
 * @param port where nodes find one another; 0 for any free one
 * @param busPort where they tell one another what was committed; 0 for any free one
 * @param members where other nodes may be, {@code host} or {@code host:port}; by TCP alone
 * @param serviceDns the name of a headless service, whose addresses are the nodes'; in Kubernetes alone
 * @param publicAddress where the others reach this node; null when it is where it listens
 * @param tls null where what nodes tell one another is neither encrypted nor checked
 */
public record ClusterConfig(
        Discovery discovery,
        String name,
        String host,
        int port,
        int busPort,
        List<String> members,
        @Nullable String serviceDns,
        @Nullable PublicAddress publicAddress,
        @Nullable Tls tls) {

    /** How other nodes are found. */
    public enum Discovery {
        /** They are not. */
        OFF,
        TCP,
        KUBERNETES
    }

    /** Reads its variables. */
    public static ClusterConfig from(Environment env) {
        Discovery discovery = switch (env.choice("LOCKSTEP_CLUSTER", List.of("off", "tcp", "kubernetes"))) {
            case "tcp" -> Discovery.TCP;
            case "kubernetes" -> Discovery.KUBERNETES;
            default -> Discovery.OFF;
        };
        List<String> members = Arrays.stream(
                        env.text("LOCKSTEP_CLUSTER_MEMBERS", "").split(",", -1))
                .map(String::strip)
                .filter(member -> !member.isEmpty())
                .toList();
        ClusterConfig config = new ClusterConfig(
                discovery,
                env.text("LOCKSTEP_CLUSTER_NAME", "lockstep"),
                env.text("LOCKSTEP_CLUSTER_HOST", "127.0.0.1"),
                env.integer("LOCKSTEP_CLUSTER_PORT", 5701, 0, 65535),
                env.integer("LOCKSTEP_CLUSTER_BUS_PORT", 5702, 0, 65535),
                members,
                env.text("LOCKSTEP_CLUSTER_DNS"),
                publicAddress(env),
                tls(env));
        config.check();
        return config;
    }

    private void check() {
        if (discovery == Discovery.TCP && members.isEmpty()) {
            throw new ConfigException(
                    "LOCKSTEP_CLUSTER_MEMBERS", "must name at least one node, for LOCKSTEP_CLUSTER is tcp");
        }
        if (discovery == Discovery.KUBERNETES && port == 0) {
            throw new ConfigException("LOCKSTEP_CLUSTER_PORT", "must be the same on all nodes, and so not 0");
        }
        if (discovery == Discovery.KUBERNETES && serviceDns == null) {
            throw new ConfigException(
                    "LOCKSTEP_CLUSTER_DNS", "must name a headless service, for LOCKSTEP_CLUSTER is kubernetes");
        }
    }

    private static @Nullable PublicAddress publicAddress(Environment env) {
        String host = env.text("LOCKSTEP_CLUSTER_PUBLIC_HOST");
        int port = env.integer("LOCKSTEP_CLUSTER_PUBLIC_PORT", 5701, 1, 65535);
        int busPort = env.integer("LOCKSTEP_CLUSTER_PUBLIC_BUS_PORT", 5702, 1, 65535);
        return host == null ? null : new PublicAddress(host, port, busPort);
    }

    private static @Nullable Tls tls(Environment env) {
        String certificate = env.text("LOCKSTEP_CLUSTER_TLS_CERT");
        String key = env.text("LOCKSTEP_CLUSTER_TLS_KEY");
        String authority = env.text("LOCKSTEP_CLUSTER_TLS_CA");
        if (certificate == null && key == null && authority == null) {
            return null;
        }
        return new Tls(
                given("LOCKSTEP_CLUSTER_TLS_CERT", certificate),
                given("LOCKSTEP_CLUSTER_TLS_KEY", key),
                given("LOCKSTEP_CLUSTER_TLS_CA", authority));
    }

    private static String given(String name, @Nullable String file) {
        if (file == null) {
            throw new ConfigException(name, "must be set, for another one of LOCKSTEP_CLUSTER_TLS_... is");
        }
        return file;
    }

    /** Where a node is reached from outside of its own network. */
    public record PublicAddress(String host, int port, int busPort) {}

    /**
     * PEM files: both sides of a connection show a certificate, and take one of that authority alone.
     *
     * @param authority the certificates that are trusted
     */
    public record Tls(String certificate, String key, String authority) {}
}
