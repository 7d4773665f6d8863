package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every client ends with what is stored, whichever of three nodes it is connected to, however often nodes are killed, stopped
 * and cut off from one another, and is told nothing twice. Longer with {@code -Dlockstep.convergence.seconds=60}.
 */
class NodesConvergenceTest {

    private static final int SECONDS = Integer.getInteger("lockstep.convergence.seconds", 10);
    private static final int CLIENTS = Integer.getInteger("lockstep.convergence.clients", 20);
    private static final Duration END = Duration.ofSeconds(SECONDS + 60L);

    private final long seed = Long.getLong("lockstep.seed", new Random().nextInt(Integer.MAX_VALUE));
    private final Path output = TestRun.newPath("convergence-out");
    private Process clients;

    @Test
    @Timeout(600)
    void nodesAreKilledAndCutOff() throws Exception {
        try (Nodes nodes = Nodes.start(3, Map.of())) {
            nodes.awaitHearing();
            run(nodes);
            for (int round = 0; round < Math.max(3, SECONDS / 6); round++) {
                trouble(nodes, round);
            }
            awaitEnd();
            nodes.awaitHearing();
        }
    }

    /** What a node commits is found by the others by looking. */
    @Test
    @Timeout(600)
    void nodesAreCutOffForGood() throws Exception {
        try (Nodes nodes = Nodes.start(3, Map.of())) {
            nodes.cut();
            run(nodes);
            awaitEnd();
            assertThat(nodes.metric(0, "lockstep_cluster_peers")).isZero();
        }
    }

    private void trouble(Nodes nodes, int round) {
        awaitWrites(nodes);
        int node = round % nodes.count();
        switch (round % 4) {
            case 0 -> nodes.kill(node);
            case 1, 3 -> {
                nodes.cut();
                awaitWrites(nodes);
                nodes.join();
            }
            default -> nodes.node(node).stop();
        }
        if (round % 2 == 0) {
            nodes.startAgain(node);
        }
    }

    private void run(Nodes nodes) throws Exception {
        NodePackage.assumeNode(20);
        NodePackage programs = NodePackage.SDK;
        programs.install();
        clients = programs.start(environment(nodes), output, "node", "convergence.js");
    }

    private void awaitEnd() throws Exception {
        try {
            Poll.until("the clients end", END, () -> !clients.isAlive());
        } finally {
            clients.destroyForcibly();
        }
        String said = Files.readString(output);
        System.out.print(said);
        assertThat(clients.exitValue()).as("seed %s: %s", seed, said).isZero();
    }

    /** Some more, so that what happens to the nodes happens to something. */
    private void awaitWrites(Nodes nodes) {
        Poll.until(
                "the clients run",
                Duration.ofSeconds(60),
                () -> !clients.isAlive() || Files.readString(output).contains("running"));
        double before = events(nodes);
        Poll.until("there is more", Duration.ofSeconds(30), () -> !clients.isAlive() || events(nodes) > before + 500);
    }

    private static double events(Nodes nodes) {
        double events = 0;
        for (int node = 0; node < nodes.count(); node++) {
            events += nodes.metric(node, "lockstep_socket_events_total");
        }
        return events;
    }

    private Map<String, String> environment(Nodes nodes) {
        Map<String, String> settings = nodes.node(0).settings();
        Issued account = Bootstrap.newAccount(settings);
        Issued key = Bootstrap.newKey(settings, account.sid());
        Map<String, String> environment =
                new HashMap<>(SharedServer.sdkEnvironment("twilio-sync", nodes.address(), account, key));
        environment.put("SEED", Long.toString(seed));
        environment.put("SECONDS", Integer.toString(SECONDS));
        environment.put("CLIENTS", Integer.toString(CLIENTS));
        environment.put("ACCESS_CONTROL", seed % 2 == 0 ? "on" : "off");
        SharedServer.switchAccessControl(environment);
        return environment;
    }
}
