package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests in {@code src/test/sdk}, by the unmodified {@code twilio-sync} SDK in three of its versions. */
@Timeout(180)
class SdkTest {

    /** The newest by its own name, the others by those that package.json gives them. */
    private static final String NEWEST = "twilio-sync";

    private static final String BEFORE = "twilio-sync-3.4";
    private static final String OLDEST = "twilio-sync-3.0";

    private static final String ACCESS = "access.test.js";

    private static final NodePackage TESTS = NodePackage.SDK;

    @BeforeAll
    static void install() throws Exception {
        NodePackage.assumeNode(20);
        TESTS.install();
    }

    static Stream<Arguments> runs() throws IOException {
        return Stream.concat(
                Stream.of(NEWEST, BEFORE).flatMap(SdkTest::everything),
                Stream.of(Arguments.of(OLDEST, "flows.test.js")));
    }

    private static Stream<Arguments> everything(String version) {
        try {
            return TESTS.tests().stream()
                    .filter(file -> !file.equals(BrowserTest.FILE))
                    .map(file -> Arguments.of(version, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("runs")
    void passes(String version, String file) throws Exception {
        run(SharedServer.sdkEnvironment(version), file);
    }

    /** The SDK leaves timers behind that keep Node from ending. */
    private static void run(Map<String, String> environment, String file) throws Exception {
        TESTS.test(environment, file, "--test-force-exit");
    }

    static Stream<Arguments> runsWithAccessControl() throws IOException {
        return runs().filter(it -> !it.get()[1].equals(ACCESS))
                .filter(it -> Boolean.getBoolean("lockstep.everything")
                        || it.get()[0].equals(NEWEST) && it.get()[1].equals("flows.test.js"));
    }

    /** What may be done by everybody may be done by those who have the rights, and nobody notices a difference. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("runsWithAccessControl")
    void passesWithAccessControl(String version, String file) throws Exception {
        Map<String, String> environment = new HashMap<>(SharedServer.sdkEnvironment(version));
        environment.put("ACCESS_CONTROL", "on");
        SharedServer.switchAccessControl(environment);
        run(environment, file);
    }
}
