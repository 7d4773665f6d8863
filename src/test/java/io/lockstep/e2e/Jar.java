package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The finished jar, as a command that runs in a process of its own. */
final class Jar {

    private static final Path FILE =
            Path.of(System.getProperty("lockstep.jar", "target/lockstep.jar")).toAbsolutePath();

    /** A small heap and the quick compiler: the processes of a test are many and live for seconds. */
    private static final List<String> SMALL = List.of(
            "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    /** Of all its processes. */
    static final Path TEMPORARY_FILES = TestRun.newDirectory("temporary-files");

    /** Netty's, each for the moment of a start: not among the temporary files, which are looked for by a test. */
    private static final Path NATIVE_LIBRARIES = TestRun.newDirectory("native-libraries");

    private Jar() {}

    /**
     * Starts it.
     *
     * @param settings all the LOCKSTEP_ variables that it sees
     * @param jvmOptions beside the usual ones
     */
    static Process start(
            Map<String, String> settings, List<String> jvmOptions, List<String> arguments, Path out, Path err) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.add("-Djava.io.tmpdir=" + TEMPORARY_FILES);
        command.add("-Dio.netty.native.workdir=" + NATIVE_LIBRARIES);
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", FILE.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // the latter make a JVM talk on its standard error
        builder.environment().keySet().removeIf(name -> name.startsWith("LOCKSTEP_") || name.endsWith("JAVA_OPTIONS"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(settings);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
