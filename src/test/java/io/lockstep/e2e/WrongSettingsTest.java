package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.lockstep.embedded.PostgresAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that cannot start says so in a line that names the setting, and ends. */
@Timeout(60)
class WrongSettingsTest {

    private static final String MASTER_KEY = "A".repeat(43) + "=";
    private static final String OTHER_MASTER_KEY = "B".repeat(42) + "A=";

    private static PostgresAddress database;

    @BeforeAll
    static void prepareADatabase() {
        database = SharedPostgres.newDatabase();
        Bootstrap.newAccount(withMasterKey(database.uri(), MASTER_KEY));
    }

    static Stream<Arguments> wrongSettings() {
        String wrongPassword = database.uri().replace(database.password(), "not-the-password");
        String noDatabase = database.uri() + "_missing";
        return Stream.of(
                argumentSet("port", "LOCKSTEP_PORT", Map.of("LOCKSTEP_PORT", "abc")),
                argumentSet("public URL", "LOCKSTEP_PUBLIC_URL", Map.of("LOCKSTEP_PUBLIC_URL", "ftp://x")),
                argumentSet("log format", "LOCKSTEP_LOG_FORMAT", Map.of("LOCKSTEP_LOG_FORMAT", "xml")),
                argumentSet(
                        "database URL",
                        "LOCKSTEP_DATABASE_URL",
                        Map.of("LOCKSTEP_DATABASE_URL", "mysql://root@localhost/x")),
                argumentSet("no master key", "LOCKSTEP_MASTER_KEY", Map.of("LOCKSTEP_DATABASE_URL", database.uri())),
                argumentSet("password", "LOCKSTEP_DATABASE_URL", withMasterKey(wrongPassword, MASTER_KEY)),
                argumentSet("database", "LOCKSTEP_DATABASE_URL", withMasterKey(noDatabase, MASTER_KEY)),
                argumentSet("other master key", "LOCKSTEP_MASTER_KEY", withMasterKey(database.uri(), OTHER_MASTER_KEY)),
                argumentSet(
                        "data directory",
                        "LOCKSTEP_DATA_DIR",
                        Map.of(
                                "LOCKSTEP_DATA_DIR",
                                SharedPostgres.dataDirectory().toString())));
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void endsTheStart(String variable, Map<String, String> settings) {
        assertEndsWithALineAbout(variable, Command.run(settings));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void aPortThatIsInUseEndsTheStart(String variable) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            Map<String, String> settings = new HashMap<>(withMasterKey(database.uri(), MASTER_KEY));
            settings.put(variable, port);

            Command ended = Command.run(settings);

            assertEndsWithALineAbout(variable, ended);
            assertThat(ended.errors()).contains(port);
            assertThat(ended.output()).doesNotContain("WARN");
        }
    }

    static Stream<String> ports() {
        return Stream.of("LOCKSTEP_PORT", "LOCKSTEP_MANAGEMENT_PORT");
    }

    @Test
    void aDatabaseThatDoesNotComeEndsTheStartAfterTheTimeToWaitForIt() throws IOException {
        int nobodysPort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodysPort = free.getLocalPort();
        }
        Map<String, String> settings =
                new HashMap<>(withMasterKey("postgresql://a:secret@127.0.0.1:" + nobodysPort + "/x", MASTER_KEY));
        settings.put("LOCKSTEP_DATABASE_STARTUP_TIMEOUT", "1s");

        Command ended = Command.run(settings);

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors())
                .startsWith("lockstep: the database did not become available")
                .contains("127.0.0.1:" + nobodysPort)
                .doesNotContain("secret")
                .hasLineCount(1);
        assertThat(ended.output()).contains("trying again").doesNotContain("\tat ");
    }

    private static Map<String, String> withMasterKey(String databaseUrl, String masterKey) {
        return Map.of("LOCKSTEP_DATABASE_URL", databaseUrl, "LOCKSTEP_MASTER_KEY", masterKey);
    }

    private static void assertEndsWithALineAbout(String variable, Command ended) {
        assertThat(ended.errors()).startsWith("lockstep: " + variable + ": ").hasLineCount(1);
        assertThat(ended.errors()).doesNotContain(database.password(), "not-the-password");
        assertThat(ended.output()).doesNotContain("is ready", "\tat ");
        assertThat(ended.exitCode()).isEqualTo(2);
    }
}
