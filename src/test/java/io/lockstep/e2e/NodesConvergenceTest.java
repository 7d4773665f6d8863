package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every client ends with what is stored, whichever of three nodes it is connected to, however often nodes are killed, stopped
 * and cut off from one another, and is told nothing twice. Longer with {@code -Dlockstep.convergence.seconds=60}.
 */
@Timeout(600)
class NodesConvergenceTest {

    private static final int ROUNDS = Math.max(3, ConvergingClients.SECONDS / 6);

    private Nodes nodes;
    private ConvergingClients clients;

    @Test
    void nodesAreKilledAndCutOff() throws Exception {
        nodes = Nodes.start(3, Map.of());
        nodes.awaitHearing();
        clients = ConvergingClients.start(nodes.settings(), nodes.address());
        try {
            for (int round = 0; round < ROUNDS; round++) {
                clients.awaitMore(this::events);
                trouble(round);
            }
            clients.awaitEnd();
            nodes.awaitHearing();
        } finally {
            clients.stop();
            nodes.close();
        }
    }

    /** What a node commits is found by the others by looking. */
    @Test
    void nodesAreCutOffForGood() throws Exception {
        nodes = Nodes.start(3, Map.of());
        nodes.cut();
        clients = ConvergingClients.start(nodes.settings(), nodes.address());
        try {
            clients.awaitEnd();
            assertThat(nodes.metric("lockstep_cluster_peers")).isZero();
        } finally {
            clients.stop();
            nodes.close();
        }
    }

    private void trouble(int round) {
        int node = round % nodes.count();
        switch (round % 4) {
            case 0 -> nodes.kill(node);
            case 2 -> nodes.stop(node);
            default -> {
                nodes.cut();
                clients.awaitMore(this::events);
                nodes.join();
            }
        }
        if (round % 2 == 0) {
            nodes.startAgain(node);
        }
    }

    private double events() {
        return nodes.metric("lockstep_socket_events_total");
    }
}
