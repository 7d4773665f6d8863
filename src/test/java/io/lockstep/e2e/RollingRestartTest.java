package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three nodes are stopped and started one after the other while backends write and clients follow: nothing that was
 * acknowledged is lost, no event is missed, and who connects again when a connection ends is told of no error.
 */
class RollingRestartTest {

    private static final int WRITERS = 4;

    @Test
    @Timeout(600)
    void nobodyNoticesARollingRestart() throws Exception {
        Nodes nodes = Nodes.start(3, Map.of());
        nodes.awaitHearing();
        ConvergingClients clients = ConvergingClients.start(nodes.settings(), nodes.address());
        AtomicBoolean over = new AtomicBoolean();
        try {
            Api api = Bootstrap.api(nodes.address());
            ListLoad load = new ListLoad("default", api);
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(CompletableFuture.runAsync(() -> load.runUntil(over, api)));
            }

            for (int node = 0; node < nodes.count(); node++) {
                clients.awaitMore(() -> nodes.metric("lockstep_socket_events_total"));
                assertThat(nodes.stop(node)).as("exit code").isIn(0, 143);
                nodes.startAgain(node);
            }

            assertThat(clients.awaitEnd()).contains(", 0 by REST with 5xx,");
            over.set(true);
            writers.forEach(CompletableFuture::join);
            load.check(api);
            assertThat(load.refused()).as("answers with 503").isZero();
            System.out.println(load.acknowledged().size() + " appends beside them acknowledged, " + load.unanswered()
                    + " not answered");
        } finally {
            over.set(true);
            clients.stop();
            nodes.close();
        }
    }
}
