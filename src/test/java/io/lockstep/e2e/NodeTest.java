package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests in {@code src/test/node}, which are those by Twilio's JavaScript libraries. */
@Timeout(180)
class NodeTest {

    private static final Path SOURCES = Path.of("src", "test", "node");

    /** They are copied, so that nothing is installed beside the sources. */
    private static final Path DIRECTORY = Path.of("target", "node");

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(
                Programs.arePresent("node", "npm"),
                "node and npm are not on the PATH: the tests by Twilio's JavaScript libraries do not run");
        boolean installed = isInstalled();
        Files.createDirectories(DIRECTORY);
        for (Path source : sources("")) {
            Files.copy(source, DIRECTORY.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!installed) {
            run(Map.of(), "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
        }
    }

    /** By an earlier run, to its end, and of the same versions. */
    private static boolean isInstalled() throws IOException {
        Path versions = Path.of("package-lock.json");
        return Files.exists(DIRECTORY.resolve("node_modules").resolve(".package-lock.json"))
                && Files.mismatch(SOURCES.resolve(versions), DIRECTORY.resolve(versions)) < 0;
    }

    static List<String> files() throws IOException {
        return sources(".test.js").stream()
                .map(source -> source.getFileName().toString())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void passes(String file) throws Exception {
        Api account = SharedServer.newAccount();
        Map<String, String> environment = Map.of(
                "SERVER_URL", account.address().toString(),
                "ACCOUNT_SID", account.user(),
                "AUTH_TOKEN", account.password());

        String report = run(environment, "node", "--test", "--test-reporter=tap", file);

        assertThat(report).containsPattern("(?m)^# pass [1-9]").contains("# fail 0\n", "# skipped 0\n");
    }

    private static List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Returns its output, and fails unless it ends well. */
    private static String run(Map<String, String> environment, String... command) throws Exception {
        Path output = TestRun.newPath(command[0] + "-out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
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
