package io.lockstep.e2e;

import io.lockstep.embedded.PostgresAddress;
import io.lockstep.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A PgBouncer that pools transactions, of few sessions, before a PostgreSQL. It stays at its port when it starts again. */
final class PgBouncer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String DEBIAN = "/usr/sbin/pgbouncer"; // which is not on everybody's PATH

    private final Path settings;
    private final Path log = TestRun.newPath("pgbouncer-log");
    private final PostgresAddress target;
    private final int port = FreePorts.one();
    private Process process;

    private PgBouncer(PostgresAddress target, int sessions) {
        this.target = target;
        this.settings = write(sessions);
        startAgain();
    }

    /** Where it is; empty when this machine has none. */
    static Optional<String> program() {
        return Programs.first("pgbouncer")
                .or(() -> Files.isExecutable(Path.of(DEBIAN)) ? Optional.of(DEBIAN) : Optional.empty());
    }

    /** Returns when connections are accepted. */
    static PgBouncer start(PostgresAddress target, int sessions) {
        return TestRun.closeAtEnd(new PgBouncer(target, sessions));
    }

    void startAgain() {
        try {
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Poll.until("PgBouncer accepts connections", PATIENCE, this::accepts);
    }

    /** The database's address by way of it. */
    PostgresAddress address() {
        return new PostgresAddress("127.0.0.1", port, target.user(), target.password(), target.database());
    }

    /** Its end, with all connections. */
    @Override
    public void close() {
        process.destroyForcibly();
        DatabaseProcess.awaitEnd(process.toHandle());
    }

    private Path write(int sessions) {
        Path directory = TestRun.newDirectory("pgbouncer");
        try {
            Path users = directory.resolve("users");
            Files.writeString(users, "\"" + target.user() + "\" \"" + target.password() + "\"\n");
            return Files.writeString(directory.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=%s port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = %d
                    max_client_conn = 200
                    """.formatted(
                            target.host(), target.port(), port, users, sessions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It refuses to run as root. */
    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(program().orElseThrow()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        return command;
    }

    private boolean accepts() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("PgBouncer ended: " + Files.readString(log));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
