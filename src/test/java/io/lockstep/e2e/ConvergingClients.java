package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Clients of the SDK whose sockets drop at random, while they and backends change what all of them follow; in the end each
 * has to show what is stored, and has been told nothing twice. They run for {@code -Dlockstep.convergence.seconds}.
 */
final class ConvergingClients {

    static final int SECONDS = Integer.getInteger("lockstep.convergence.seconds", 10);

    private static final int CLIENTS = Integer.getInteger("lockstep.convergence.clients", 20);
    private static final Duration END = Duration.ofSeconds(SECONDS + 60L);

    private final long seed = Long.getLong("lockstep.seed", new Random().nextInt(Integer.MAX_VALUE));
    private final Path output = TestRun.newPath("convergence-out");
    private final Process process;

    private ConvergingClients(NodePackage programs, Map<String, String> settings, URI address) throws Exception {
        process = programs.start(environment(settings, address), output, "node", "convergence.js");
    }

    /**
     * Begins.
     *
     * @param settings of a server
     * @param address where it, or one of several that are equal, is reached all the time
     */
    static ConvergingClients start(Map<String, String> settings, URI address) throws Exception {
        NodePackage.assumeNode(20);
        NodePackage.SDK.install();
        return new ConvergingClients(NodePackage.SDK, settings, address);
    }

    /** Returns when they have been told some more, so that what is done to the servers is done to something. */
    void awaitMore(DoubleSupplier events) {
        Poll.until(
                "the clients run",
                Duration.ofSeconds(60),
                () -> !process.isAlive() || Files.readString(output).contains("running"));
        double before = events.getAsDouble();
        Poll.until(
                "there is more",
                Duration.ofSeconds(30),
                () -> !process.isAlive() || events.getAsDouble() > before + 500);
    }

    /** Returns what they said, and fails unless all has gone well. */
    String awaitEnd() throws Exception {
        Poll.until("the clients end", END, () -> !process.isAlive());
        String said = Files.readString(output);
        System.out.print(said);
        assertThat(process.exitValue()).as("seed %s: %s", seed, said).isZero();
        return said;
    }

    /** Ends them, however far they are. */
    void stop() {
        process.destroyForcibly();
    }

    /** Every other seed with access control, under which each client is let in to what the others have made. */
    private Map<String, String> environment(Map<String, String> settings, URI address) {
        Issued account = Bootstrap.newAccount(settings);
        Issued key = Bootstrap.newKey(settings, account.sid());
        Map<String, String> environment =
                new HashMap<>(SharedServer.sdkEnvironment("twilio-sync", address, account, key));
        environment.put("SEED", Long.toString(seed));
        environment.put("SECONDS", Integer.toString(SECONDS));
        environment.put("CLIENTS", Integer.toString(CLIENTS));
        environment.put("ACCESS_CONTROL", seed % 2 == 0 ? "on" : "off");
        SharedServer.switchAccessControl(environment);
        return environment;
    }
}
