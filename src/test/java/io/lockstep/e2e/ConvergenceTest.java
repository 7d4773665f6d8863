package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every client ends with what is stored, however often its socket drops and the server is killed, and is told nothing
 * twice. Longer with {@code -Dlockstep.convergence.seconds=60}.
 */
class ConvergenceTest {

    private static final int SECONDS = Integer.getInteger("lockstep.convergence.seconds", 10);
    private static final int CLIENTS = Integer.getInteger("lockstep.convergence.clients", 20);
    private static final int KILLS = Math.max(2, SECONDS / 8);
    private static final Duration END = Duration.ofSeconds(SECONDS + 60L);

    @Test
    @Timeout(600)
    void everyViewIsWhatIsStoredInTheEnd() throws Exception {
        NodePackage.assumeNode(20);
        NodePackage programs = NodePackage.SDK;
        programs.install();
        long seed = Long.getLong("lockstep.seed", new Random().nextInt(Integer.MAX_VALUE));
        ServerProcess server = ServerProcess.start(settings());
        Path output = TestRun.newPath("convergence-out");
        Process clients = programs.start(environment(server, seed), output, "node", "convergence.js");
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitWrites(server, clients, output);
                if (kill % 2 == 0) {
                    server.kill();
                } else {
                    server.stop();
                }
                server = server.startAgain();
            }
            Poll.until("the clients end", END, () -> !clients.isAlive());
        } finally {
            clients.destroyForcibly();
            server.close();
        }
        String said = Files.readString(output);
        System.out.print(said);
        assertThat(clients.exitValue()).as("seed %s: %s", seed, said).isZero();
    }

    /** Some more, so that each life of the server has changes of its own. */
    private static void awaitWrites(ServerProcess server, Process clients, Path output) {
        Poll.until(
                "the clients run",
                Duration.ofSeconds(60),
                () -> Files.readString(output).contains("running"));
        long before = events(server);
        Poll.until("there is more", Duration.ofSeconds(30), () -> !clients.isAlive() || events(server) > before + 500);
    }

    private static long events(ServerProcess server) {
        return server.management()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("lockstep_socket_events_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ", -1)[1]))
                .sum();
    }

    private static Map<String, String> settings() throws IOException {
        Map<String, String> settings =
                new HashMap<>(Bootstrap.settings(SharedPostgres.newDatabase(), TestRun.newPath("master-key")));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            settings.put("LOCKSTEP_PORT", Integer.toString(free.getLocalPort())); // the same after each start
        }
        return settings;
    }

    /** Every other seed with access control, under which each client is let in to what the others have made. */
    private static Map<String, String> environment(ServerProcess server, long seed) {
        String accessControl = seed % 2 == 0 ? "on" : "off";
        Issued account = Bootstrap.newAccount(server.settings());
        Issued key = Bootstrap.newKey(server.settings(), account.sid());
        Map<String, String> environment =
                new HashMap<>(SharedServer.sdkEnvironment("twilio-sync", server, account, key));
        environment.put("SEED", Long.toString(seed));
        environment.put("SECONDS", Integer.toString(SECONDS));
        environment.put("CLIENTS", Integer.toString(CLIENTS));
        environment.put("ACCESS_CONTROL", accessControl);
        SharedServer.switchAccessControl(environment);
        return environment;
    }
}
