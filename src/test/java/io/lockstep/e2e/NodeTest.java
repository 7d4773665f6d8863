package io.lockstep.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests in {@code src/test/node}, which are those by Twilio's helper library for JavaScript. */
@Timeout(180)
class NodeTest {

    private static final NodePackage TESTS = NodePackage.HELPER_LIBRARY;

    @BeforeAll
    static void install() throws Exception {
        NodePackage.assumeNode(18);
        TESTS.install();
    }

    static List<String> files() throws IOException {
        return TESTS.tests();
    }

    @ParameterizedTest
    @MethodSource("files")
    void passes(String file) throws Exception {
        Api account = SharedServer.newAccount();
        TESTS.test(
                Map.of(
                        "SERVER_URL", account.address().toString(),
                        "ACCOUNT_SID", account.user(),
                        "AUTH_TOKEN", account.password()),
                file);
    }
}
