package io.lockstep.e2e;

import io.lockstep.testing.FreePorts;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every client ends with what is stored, however often its socket drops and the server is killed, and is told nothing
 * twice. Longer with {@code -Dlockstep.convergence.seconds=60}.
 */
class ConvergenceTest {

    private static final int KILLS = Math.max(2, ConvergingClients.SECONDS / 8);

    private ServerProcess server;

    @Test
    @Timeout(600)
    void everyViewIsWhatIsStoredInTheEnd() throws Exception {
        server = ServerProcess.start(settings());
        ConvergingClients clients = ConvergingClients.start(server.settings(), server.address());
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                clients.awaitMore(() -> server.metric("lockstep_socket_events_total"));
                if (kill % 2 == 0) {
                    server.kill();
                } else {
                    server.stop();
                }
                server = server.startAgain();
            }
            clients.awaitEnd();
        } finally {
            clients.stop();
            server.close();
        }
    }

    private static Map<String, String> settings() {
        Map<String, String> settings =
                new HashMap<>(Bootstrap.settings(SharedPostgres.newDatabase(), TestRun.newPath("master-key")));
        settings.put("LOCKSTEP_PORT", Integer.toString(FreePorts.one())); // the same after each start
        return settings;
    }
}
