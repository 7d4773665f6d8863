package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A directory of tests for Node with the packages that they need, installed beside nothing but themselves. */
final class NodePackage {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** By Twilio's helper library. */
    static final NodePackage HELPER_LIBRARY = new NodePackage("node");

    /** By the SDK. */
    static final NodePackage SDK = new NodePackage("sdk");

    private final Path sources;
    private final Path directory;
    private boolean installed;

    /**
     * @param name of the directory below {@code src/test}, which is copied to {@code target}
     */
    private NodePackage(String name) {
        sources = Path.of("src", "test", name);
        directory = Path.of("target", name);
    }

    /**
     * Whether there is a Node to run it; where tests must not be left out, that there is none is a failure.
     *
     * @param oldest version that will do
     */
    static void assumeNode(int oldest) throws IOException {
        boolean present = Programs.arePresent("node", "npm") && version() >= oldest;
        if (System.getenv("CI") != null) {
            assertThat(present).as("Node %s and npm are on the PATH", oldest).isTrue();
        }
        assumeTrue(present, "no Node " + oldest + " and npm on the PATH: tests by Twilio's libraries do not run");
    }

    private static int version() throws IOException {
        Process node = new ProcessBuilder("node", "--version").start();
        String version = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8); // v20.1.2
        return Integer.parseInt(version.strip().substring(1).split("\\.", -1)[0]);
    }

    /** Copies the sources, and installs what they need unless an earlier run has; once for all that use them at a time. */
    synchronized void install() throws Exception {
        if (!installed) {
            copyAndInstall();
            installed = true;
        }
    }

    private void copyAndInstall() throws Exception {
        boolean complete = isComplete();
        Files.createDirectories(directory);
        for (Path source : sources("")) {
            Files.copy(source, directory.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!complete) {
            run(Map.of(), "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
        }
    }

    /** By an earlier run, to its end, and of the same versions. */
    private boolean isComplete() throws IOException {
        Path versions = Path.of("package-lock.json");
        return Files.exists(directory.resolve("node_modules").resolve(".package-lock.json"))
                && Files.mismatch(sources.resolve(versions), directory.resolve(versions)) < 0;
    }

    /** The names of the files of tests. */
    List<String> tests() throws IOException {
        return sources(".test.js").stream()
                .map(source -> source.getFileName().toString())
                .toList();
    }

    /**
     * Fails unless every test of a file passes, and none is left out.
     *
     * @param options of Node
     */
    void test(Map<String, String> environment, String file, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
        command.addAll(List.of(options));
        command.add(file);
        String report = run(environment, command.toArray(String[]::new));

        assertThat(report).containsPattern("(?m)^# pass [1-9]").contains("# fail 0\n", "# skipped 0\n");
    }

    private List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Starts a program in the directory, with its output in a file. */
    Process start(Map<String, String> environment, Path output, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Returns its output, and fails unless it ends well. */
    String run(Map<String, String> environment, String... command) throws Exception {
        Path output = TestRun.newPath(command[0] + "-out");
        Process process = start(environment, output, command);
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), text)
                    .isZero();
            return text;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
