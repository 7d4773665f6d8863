package io.lockstep.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import io.lockstep.config.ClusterConfig;
import io.lockstep.config.ClusterConfig.Discovery;
import io.lockstep.config.ClusterConfig.PublicAddress;

/** Hazelcast, as little of it as the registry of a Vert.x cluster needs: who is there, and who listens to what. */
final class HazelcastSettings {

    /**
     * Part of the cluster's name. Another one with every Hazelcast that cannot be in a cluster with the one before, which
     * would refuse to let it join and so to start: the nodes of either version are a cluster then, and read of each other.
     */
    private static final String GENERATION = ".1";

    private HazelcastSettings() {}

    static Config of(ClusterConfig cluster) {
        Config config = new Config();
        config.setClusterName(cluster.name() + GENERATION);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.local.localAddress", cluster.host());
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "5");
        config.setProperty("hazelcast.partition.count", "31"); // the registry is small
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.io.thread.count", "1");
        config.setProperty("hazelcast.event.thread.count", "1");
        config.getMetricsConfig().setEnabled(false);
        config.getSerializationConfig().setJavaSerializationFilterConfig(onlyItsOwn());
        // as Vert.x asks of it
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        network(config.getAdvancedNetworkConfig(), cluster);
        return config;
    }

    /** Nothing of the class path's other libraries is made from what comes over the network. */
    private static JavaSerializationFilterConfig onlyItsOwn() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist().addPrefixes("com.hazelcast.", "io.vertx.", "java.lang.", "java.util.", "[");
        return filter;
    }

    /** An endpoint for members alone: the one for all would also serve Hazelcast's clients, which may do anything. */
    private static void network(AdvancedNetworkConfig network, ClusterConfig cluster) {
        ServerSocketEndpointConfig members = new ServerSocketEndpointConfig();
        members.setPort(cluster.port()).setPortAutoIncrement(false);
        PublicAddress known = cluster.publicAddress();
        if (known != null) {
            members.setPublicAddress(known.host() + ":" + known.port());
        }
        network.setEnabled(true).setMemberEndpointConfig(members);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        if (cluster.discovery() == Discovery.TCP) {
            join.getTcpIpConfig()
                    .setEnabled(true)
                    .setConnectionTimeoutSeconds(1)
                    .setMembers(cluster.members());
        } else {
            join.getKubernetesConfig()
                    .setEnabled(true)
                    .setProperty("service-dns", String.valueOf(cluster.serviceDns()))
                    .setProperty("service-port", Integer.toString(cluster.port()));
        }
    }
}
