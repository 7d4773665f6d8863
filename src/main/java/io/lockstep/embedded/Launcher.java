package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to where it accepts connections, whatever state it is found in: stopped, crashed, recovering,
 * running still for a server that was killed, or on its way down.
 */
final class Launcher {

    private static final Logger log = LoggerFactory.getLogger(Launcher.class);

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

    // pg_ctl gives up early, since it could not say that recovery goes on
    private static final Duration PG_CTL_WAIT = Duration.ofSeconds(5);
    private static final Duration STOP_WAIT = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(25);

    /** About half a minute: processes of a database that was killed see it within moments, unless they are in a query. */
    private static final int ATTEMPTS = 200;

    private static final List<String> PASSING_OBSTACLES = List.of(
            "pre-existing shared memory block",
            "lock file \"postmaster.pid\"",
            "Address already in use",
            "could not create any TCP/IP sockets");

    /** PostgreSQL writes this file at once; one that stays empty was cut off by a crash. */
    private static final Duration UNWRITTEN = Duration.ofSeconds(2);

    private final Installation installation;
    private final Layout layout;
    private final DatabaseFiles files;
    private int attempts;
    private int port;

    Launcher(Installation installation) {
        this.installation = installation;
        this.layout = installation.layout();
        this.files = new DatabaseFiles(layout);
    }

    /** Starts it again, on the port that it had, if it no longer runs. Whether it had to. */
    boolean relaunch(int formerPort) {
        if (PostmasterPid.running(layout.databaseFiles()).isPresent()) {
            return false;
        }
        log.warn("PostgreSQL has died, starting it again");
        port = formerPort;
        attempts = 0;
        launch();
        return true;
    }

    /** Returns when it accepts connections. */
    PostmasterPid launch() {
        Deadline patience = Deadline.in(PATIENCE);
        Deadline report = Deadline.in(BETWEEN_REPORTS);
        while (true) {
            Optional<PostmasterPid> running = PostmasterPid.running(layout.databaseFiles());
            if (running.isEmpty()) {
                start();
                continue;
            }
            if (accepts(running.get())) {
                log.info(
                        "PostgreSQL {} on port {}",
                        adopted() ? "still runs" : "started",
                        running.get().port());
                return running.get();
            }
            if (patience.passed()) {
                throw new IllegalStateException("PostgreSQL is not ready yet; see " + layout.databaseLog());
            }
            if (report.passed()) {
                log.info(
                        "Waiting for PostgreSQL, which is {}; see {}",
                        running.get().status(),
                        layout.databaseLog());
                report = Deadline.in(BETWEEN_REPORTS);
            }
            Deadline.pause();
        }
    }

    /** Whether it ran already. */
    boolean adopted() {
        return attempts == 0;
    }

    void stop() {
        Tool.Outcome outcome = installation.run(
                "pg_ctl",
                STOP_WAIT.plus(GRACE),
                List.of(
                        "stop",
                        "-D",
                        layout.databaseFiles().toString(),
                        "-m",
                        "fast",
                        "-w",
                        "-t",
                        Long.toString(STOP_WAIT.toSeconds())));
        if (outcome.succeeded()) {
            log.info("PostgreSQL stopped");
        } else {
            log.warn("PostgreSQL was not stopped: {}", outcome.output());
        }
    }

    private boolean accepts(PostmasterPid running) {
        return running.ready()
                && Connections.accepted(files.address(running.port()).withDatabase(Connections.ALWAYS_THERE));
    }

    private void start() {
        attempts++;
        removeMisleadingPidFile();
        files.prepareFor(installation.account());
        int logged = databaseLog().length();
        Tool.Outcome outcome = installation.run("pg_ctl", PG_CTL_WAIT.plus(GRACE), startArguments());
        if (outcome.succeeded() || PostmasterPid.running(layout.databaseFiles()).isPresent()) {
            return;
        }
        String reason = databaseLog().substring(logged).strip();
        if (attempts >= ATTEMPTS || PASSING_OBSTACLES.stream().noneMatch(reason::contains)) {
            throw new IllegalStateException("PostgreSQL does not start: " + outcome.output() + "\n" + reason);
        }
        if (attempts == 1) {
            log.warn("PostgreSQL did not start, trying again: {}", reason);
        }
        Deadline.pause();
    }

    private List<String> startArguments() {
        return List.of(
                "start",
                "-D",
                layout.databaseFiles().toString(),
                "-l",
                layout.databaseLog().toString(),
                "-w",
                "-t",
                Long.toString(PG_CTL_WAIT.toSeconds()),
                "-o",
                Settings.forPort(port == 0 ? freePort() : port));
    }

    /** Free now; should another process take it meanwhile, the next attempt chooses again. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PostgreSQL itself copes with the file of a dead process, but not with these two. */
    private void removeMisleadingPidFile() {
        Path file = PostmasterPid.file(layout.databaseFiles());
        boolean misleading = PostmasterPid.read(layout.databaseFiles())
                .map(PostmasterPid::alive) // and not ours: its number was given to another process
                .orElseGet(() -> unwritten(file));
        try {
            if (misleading && Files.deleteIfExists(file)) {
                log.info("Removed {}, which was left by a database that no longer runs", file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean unwritten(Path file) {
        try {
            return Files.getLastModifiedTime(file)
                    .toInstant()
                    .isBefore(Instant.now().minus(UNWRITTEN));
        } catch (IOException e) {
            return false;
        }
    }

    private String databaseLog() {
        try {
            return Files.readString(layout.databaseLog(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
