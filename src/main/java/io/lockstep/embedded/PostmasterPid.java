package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running database says of itself in {@code postmaster.pid}.
 *
 * @param status {@code starting}, {@code ready}, {@code stopping}, or empty in the first moments
 */
record PostmasterPid(long pid, int port, String status) {

    private static final int PID = 0;
    private static final int PORT = 3;
    private static final int STATUS = 7;

    /** Empty where the file is not there, or not written yet. */
    static Optional<PostmasterPid> read(Path databaseFiles) {
        try {
            return parse(Files.readAllLines(file(databaseFiles), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file(databaseFiles), e);
        }
    }

    /** The same, if that process lives and is a database on these files: a pid may belong to another one by now. */
    static Optional<PostmasterPid> running(Path databaseFiles) {
        return read(databaseFiles).filter(it -> it.runsOn(databaseFiles));
    }

    static Optional<PostmasterPid> parse(List<String> lines) {
        if (lines.size() <= PORT) {
            return Optional.empty();
        }
        try {
            String status = lines.size() > STATUS ? lines.get(STATUS).strip() : "";
            long pid = Long.parseLong(lines.get(PID).strip());
            return Optional.of(
                    new PostmasterPid(pid, Integer.parseInt(lines.get(PORT).strip()), status));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static Path file(Path databaseFiles) {
        return databaseFiles.resolve("postmaster.pid");
    }

    boolean ready() {
        return status.equals("ready");
    }

    /** A pid that is alive may be a stranger's, or a zombie's; PostgreSQL would take either for a running database. */
    boolean alive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    boolean runsOn(Path databaseFiles) {
        return commandLine().contains("-D\0" + databaseFiles + "\0");
    }

    private String commandLine() {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // ended, or a system without /proc
            return ProcessHandle.of(pid)
                    .flatMap(it -> it.info().arguments())
                    .map(arguments -> String.join("\0", arguments) + "\0")
                    .orElse("");
        }
    }
}
