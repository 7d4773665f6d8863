package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The PostgreSQL that runs on a data directory, as the operating system sees it. */
final class DatabaseProcess {

    private static final Duration END = Duration.ofSeconds(30);

    private DatabaseProcess() {}

    /** Empty when none runs. */
    static Optional<ProcessHandle> find(Path dataDirectory) {
        Path databaseFiles = dataDirectory.resolve("pgdata");
        try {
            List<String> lines = Files.readAllLines(databaseFiles.resolve("postmaster.pid"));
            return Stream.ofNullable(lines.isEmpty() ? null : lines.get(0).strip())
                    .filter(line -> !line.isEmpty())
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .filter(process -> runsOn(process, databaseFiles))
                    .findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As kill -9 does it, all of its processes at once. */
    static void kill(Path dataDirectory) {
        find(dataDirectory).ifPresent(DatabaseProcess::kill);
    }

    static void kill(ProcessHandle postmaster) {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(DatabaseProcess::awaitEnd);
    }

    /** Ends one that no server uses any more. It removes its shared memory then, which a killed one leaves. */
    static void end(Path dataDirectory) {
        find(dataDirectory).ifPresent(postmaster -> {
            postmaster.destroy();
            awaitEnd(postmaster);
        });
    }

    static void awaitEnd(ProcessHandle process) {
        Poll.until("process " + process.pid() + " ends", END, () -> !process.isAlive());
    }

    /** Its number may belong to another process by now. */
    private static boolean runsOn(ProcessHandle process, Path databaseFiles) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains("-D\0" + databaseFiles + "\0");
        } catch (IOException e) {
            return process.info().commandLine().orElse("").contains(databaseFiles.toString());
        }
    }
}
