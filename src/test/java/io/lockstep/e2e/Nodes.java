package io.lockstep.e2e;

import io.lockstep.embedded.PostgresAddress;
import io.lockstep.testing.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Nodes of one cluster on one database, behind one address as behind a load balancer. What they tell one another goes
 * through forwarders, and so can be cut.
 */
final class Nodes implements AutoCloseable {

    private static final int PORTS = 4; // HTTP, management, and the two of the cluster

    /** Several of them share a database of 100 connections, and two cores. */
    private static final Map<String, String> SMALL =
            Map.of("LOCKSTEP_EVENT_LOOPS", "1", "LOCKSTEP_DATABASE_POOL_SIZE", "4");

    private final FreePorts ports;
    private final List<Forwarder> links = new ArrayList<>(); // two a node
    private final List<ServerProcess> processes = new ArrayList<>();
    private final Forwarder balancer = TestRun.closeAtEnd(new Forwarder());

    private Nodes(int count) {
        ports = FreePorts.take(count * PORTS);
        for (int i = 0; i < 2 * count; i++) {
            links.add(TestRun.closeAtEnd(new Forwarder()));
        }
    }

    /**
     * Returns when all are ready.
     *
     * @param settings beside those that make them a cluster
     */
    static Nodes start(int count, Map<String, String> settings) {
        PostgresAddress database = SharedPostgres.newDatabase();
        return start(count, database.uri(), settings);
    }

    static Nodes start(int count, String databaseUrl, Map<String, String> settings) {
        Nodes nodes = new Nodes(count);
        nodes.join();
        Path masterKey = TestRun.newPath("master-key");
        for (int i = 0; i < count; i++) {
            Map<String, String> all = new HashMap<>(Bootstrap.settings(databaseUrl, masterKey));
            all.putAll(nodes.cluster(i));
            all.putAll(settings);
            nodes.processes.add(ServerProcess.start(all));
        }
        nodes.balancer.open(IntStream.range(0, count).map(nodes::port).toArray());
        return nodes;
    }

    private Map<String, String> cluster(int node) {
        String members = IntStream.range(0, links.size() / 2)
                .mapToObj(i -> "127.0.0.1:" + links.get(2 * i).port())
                .collect(Collectors.joining(","));
        Map<String, String> settings = new HashMap<>(SMALL);
        settings.putAll(Map.of(
                "LOCKSTEP_PORT", Integer.toString(port(node)),
                "LOCKSTEP_MANAGEMENT_PORT", Integer.toString(ports.get(node * PORTS + 1)),
                "LOCKSTEP_CLUSTER", "tcp",
                "LOCKSTEP_CLUSTER_PORT", Integer.toString(ports.get(node * PORTS + 2)),
                "LOCKSTEP_CLUSTER_BUS_PORT", Integer.toString(ports.get(node * PORTS + 3)),
                "LOCKSTEP_CLUSTER_MEMBERS", members,
                "LOCKSTEP_CLUSTER_PUBLIC_HOST", "127.0.0.1",
                "LOCKSTEP_CLUSTER_PUBLIC_PORT",
                        Integer.toString(links.get(2 * node).port()),
                "LOCKSTEP_CLUSTER_PUBLIC_BUS_PORT",
                        Integer.toString(links.get(2 * node + 1).port())));
        return settings;
    }

    private int port(int node) {
        return ports.get(node * PORTS);
    }

    /** Where whichever node is reached. */
    URI address() {
        return URI.create("http://127.0.0.1:" + balancer.port());
    }

    /** Of the first node; in what commands need they are all the same. */
    Map<String, String> settings() {
        return processes.get(0).settings();
    }

    int count() {
        return processes.size();
    }

    /** SIGTERM; returns the exit code when it has ended. */
    int stop(int node) {
        return processes.get(node).stop();
    }

    void kill(int node) {
        processes.get(node).kill();
    }

    /** Returns when it is ready. */
    void startAgain(int node) {
        processes.set(node, processes.get(node).startAgain());
    }

    /** No node hears another any more. */
    void cut() {
        links.forEach(Forwarder::close);
    }

    /** They may. */
    void join() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).open(ports.get(i / 2 * PORTS + 2 + i % 2));
        }
    }

    /** A number of the metrics, of all nodes together. */
    double metric(String name) {
        return processes.stream().mapToDouble(node -> node.metric(name)).sum();
    }

    /** Returns when each hears all others. */
    void awaitHearing() {
        Poll.until(
                "all nodes hear one another",
                Duration.ofSeconds(90),
                () -> metric("lockstep_cluster_peers") == count() * (count() - 1));
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
        balancer.close();
        cut();
    }
}
