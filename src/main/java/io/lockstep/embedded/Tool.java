package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
final class Tool {

    /** How a command ended, and what it printed. */
    record Outcome(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    private Tool() {}

    /**
     * Output goes through a file: a pipe would be inherited by a database that the command leaves running, and reading
     * it would never end.
     */
    static Outcome run(List<String> command, Path output, Duration limit) {
        try {
            Process process = new Launch(command, output).start();
            if (!finished(process, limit)) {
                process.destroyForcibly();
                return new Outcome(-1, "no end after " + limit.toSeconds() + " s\n" + Files.readString(output));
            }
            return new Outcome(process.exitValue(), Files.readString(output).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean finished(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the embedded PostgreSQL", e);
        }
    }

    private record Launch(List<String> command, Path output) {
        Process start() throws IOException {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(output.toAbsolutePath().resolveSibling("").toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            clean(builder.environment());
            return builder.start();
        }

        /** PG*, LD_*, TZ and the locale would all change what PostgreSQL does; it needs none of the environment. */
        private static void clean(Map<String, String> environment) {
            String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
            environment.clear();
            environment.putAll(Map.of("PATH", path, "LC_ALL", "C"));
        }
    }
}
