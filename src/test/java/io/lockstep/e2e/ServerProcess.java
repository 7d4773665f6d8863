package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that runs from the finished jar, with what its banner says. Closing it also ends its own database. */
final class ServerProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final String DATA_DIRECTORY = "LOCKSTEP_DATA_DIR";

    private final Map<String, String> settings;
    private final Path out = TestRun.newPath("server-out");
    private final Path err = TestRun.newPath("server-err");
    private final Process process;

    private ServerProcess(Map<String, String> settings, List<String> jvmOptions) {
        this.settings = settings;
        this.process = Jar.start(settings, jvmOptions, List.of(), out, err);
    }

    /** Returns when it is ready. It has free ports, and a new data directory unless one is given. */
    static ServerProcess start(Map<String, String> settings) {
        return launch(settings).awaitReady();
    }

    /** Returns at once. */
    static ServerProcess launch(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.computeIfAbsent(
                DATA_DIRECTORY, name -> Preparation.newDataDirectory().toString());
        return launch(all, Preparation.jvmOptions());
    }

    static ServerProcess launch(Map<String, String> settings, List<String> jvmOptions) {
        Map<String, String> all = new HashMap<>(Map.of("LOCKSTEP_PORT", "0", "LOCKSTEP_MANAGEMENT_PORT", "0"));
        all.putAll(settings);
        return TestRun.closeAtEnd(new ServerProcess(all, jvmOptions));
    }

    /** Another process with the same settings, on the same data; returns when it is ready. */
    ServerProcess startAgain() {
        return start(settings);
    }

    ServerProcess awaitReady() {
        Poll.until("the server is ready", START, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("The server ended with " + process.exitValue() + ": " + output() + errors());
            }
            return output().contains("is ready\n") && output().contains("  Docs ");
        });
        return this;
    }

    Map<String, String> settings() {
        return settings;
    }

    Path dataDirectory() {
        return Path.of(settings.get(DATA_DIRECTORY));
    }

    URI address() {
        return URI.create(banner("REST API").replaceFirst("/v1$", ""));
    }

    URI managementAddress() {
        return URI.create(banner("Health").replaceFirst("/health/ready$", ""));
    }

    String accountSid() {
        return banner("Account SID");
    }

    String authToken() {
        return banner("Auth token");
    }

    String keySid() {
        return banner("API key").split(" ")[0];
    }

    String keySecret() {
        return banner("API key").replaceFirst("^.* with secret ", "");
    }

    /** The line that is there to be pasted. */
    String tryLine() {
        return banner("Try");
    }

    /** Requests with the credentials of the banner. */
    Api api() {
        return new Api(address(), accountSid(), authToken());
    }

    /** Requests without credentials that matter, to health and metrics. */
    Api management() {
        return new Api(managementAddress(), "nobody", "");
    }

    /** A number of the metrics, summed up over whatever it is told apart by; 0 while it does not run. */
    double metric(String name) {
        return process.isAlive() ? metric(management().get("/metrics").body(), name) : 0;
    }

    private static double metric(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    String output() {
        return read(out);
    }

    String errors() {
        return read(err);
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM, without waiting. */
    void terminate() {
        process.destroy();
    }

    /** SIGTERM; returns the exit code when it has ended. */
    int stop() {
        terminate();
        return awaitEnd();
    }

    int awaitEnd() {
        try {
            if (process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError("The server did not end within " + STOP + ": " + output() + errors());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As kill -9 does it: its database lives on. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** As kill -9 does it, of all of the database's processes: the server lives on. */
    void killDatabase() {
        DatabaseProcess.kill(dataDirectory());
    }

    /** Both at once. */
    void killWithDatabase() {
        ProcessHandle postmaster = DatabaseProcess.find(dataDirectory()).orElseThrow();
        process.destroyForcibly();
        DatabaseProcess.kill(postmaster);
        awaitEnd();
    }

    @Override
    public void close() {
        kill();
        DatabaseProcess.end(dataDirectory());
    }

    private String banner(String name) {
        Matcher line =
                Pattern.compile("(?m)^  " + Pattern.quote(name) + " +(.+)$").matcher(output());
        if (!line.find()) {
            throw new AssertionError("The banner has no " + name + ": " + output());
        }
        return line.group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
