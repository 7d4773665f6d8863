package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command of the jar that has run to its end. */
record Command(int exitCode, String output, String errors) {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Runs it with those LOCKSTEP_ variables alone, on free ports and a new data directory unless they say otherwise. */
    static Command run(Map<String, String> settings, String... arguments) {
        Map<String, String> all = new HashMap<>(Map.of("LOCKSTEP_PORT", "0", "LOCKSTEP_MANAGEMENT_PORT", "0"));
        all.putAll(settings);
        all.computeIfAbsent(
                "LOCKSTEP_DATA_DIR", name -> TestRun.newDirectory("unused-data").toString());
        Path out = TestRun.newPath("command-out");
        Path err = TestRun.newPath("command-err");
        Process process = Jar.start(all, Preparation.jvmOptions(), List.of(arguments), out, err);
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("No end within " + LIMIT + ": " + String.join(" ", arguments));
            }
            return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The same, and fails unless it went well. */
    static Command runWell(Map<String, String> settings, String... arguments) {
        Command command = run(settings, arguments);
        if (command.exitCode != 0) {
            throw new AssertionError(String.join(" ", arguments) + ": " + command);
        }
        return command;
    }

    /** What its output says after a name at the beginning of a line. */
    String value(String name) {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " +(\\S+)$").matcher(output);
        if (!line.find()) {
            throw new AssertionError("There is no " + name + " in " + this);
        }
        return line.group(1);
    }
}
