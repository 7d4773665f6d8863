package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL on a copy of another one's files, which follows that one, and takes no writes until it is promoted. */
public final class StandbyPostgres implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Installation installation;
    private final Path files;
    private final PostgresAddress address;

    private StandbyPostgres(Installation installation, Path files, PostgresAddress address) {
        this.installation = installation;
        this.files = files;
        this.address = address;
    }

    /**
     * Returns when it answers reads.
     *
     * @param directory a copy of the primary's, made while that was stopped
     */
    public static StandbyPostgres start(DataDirectory directory, PostgresAddress primary, int port) {
        Layout layout = directory.layout();
        Installation installation = Installation.choose(layout, Binaries.in(directory.path()), Host.current());
        DatabaseFiles files = new DatabaseFiles(layout);
        follow(layout.databaseFiles(), primary);
        files.prepareFor(installation.account());
        StandbyPostgres standby = new StandbyPostgres(installation, layout.databaseFiles(), files.address(port));
        standby.control("start", "-l", layout.databaseLog().toString(), "-o", Settings.forPort(port));
        return standby;
    }

    private static void follow(Path files, PostgresAddress primary) {
        try {
            Files.writeString(
                    files.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=%s port=%d user=%s password=%s'\n"
                            .formatted(primary.host(), primary.port(), primary.user(), primary.password()),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND);
            Files.createFile(files.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public PostgresAddress address() {
        return address;
    }

    /** Stops it, if it runs. */
    @Override
    public void close() {
        if (PostmasterPid.running(files).isPresent()) {
            control("stop", "-m", "fast");
        }
    }

    private void control(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "-D", files.toString(), "-w", "-t", "60"));
        arguments.addAll(List.of(options));
        Tool.Outcome outcome = installation.run("pg_ctl", LIMIT, arguments);
        if (!outcome.succeeded()) {
            throw new IllegalStateException(outcome.output());
        }
    }
}
