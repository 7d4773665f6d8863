package io.lockstep.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example page in a headless Chromium, with the script that the SDK's package has for browsers. */
@Timeout(180)
class BrowserTest {

    static final String FILE = "browser.test.js";

    private static final NodePackage TESTS = NodePackage.SDK;

    /** With access control the identities are given the rights that they need. */
    @ParameterizedTest(name = "access control: {0}")
    @ValueSource(strings = {"off", "on"})
    void theExamplePageShowsTabsInStep(String accessControl) throws Exception {
        NodePackage.assumeNode(20);
        Optional<String> chromium = Programs.first("chromium", "chromium-browser", "google-chrome");
        assumeTrue(chromium.isPresent(), "no Chromium is on the PATH: the test in a browser does not run");
        TESTS.install();
        Map<String, String> environment = new HashMap<>(SharedServer.sdkEnvironment("twilio-sync"));
        environment.put("CHROMIUM", chromium.get());
        environment.put("ACCESS_CONTROL", accessControl);
        SharedServer.switchAccessControl(environment);

        TESTS.test(environment, FILE, "--test-force-exit");
    }
}
