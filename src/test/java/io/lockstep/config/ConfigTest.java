package io.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.DatabaseConfig.Pooler;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final String URL = "postgresql://sync:secret@db/lockstep";
    private static final String ACCOUNT = "AC0123456789abcdef0123456789abcdef";
    private static final String KEY = "SK0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    @Nested
    class WithoutAnyVariable {

        private final Config config = config();

        @Test
        void servesThisMachineOnly() {
            HttpConfig http = config.http();

            assertThat(http)
                    .isEqualTo(new HttpConfig(
                            "127.0.0.1",
                            8080,
                            null,
                            List.of(),
                            HttpConfig.Transport.NATIVE,
                            Math.max(1, CORES / 2), // the embedded database has the others
                            20_000,
                            1_048_576,
                            1000,
                            Duration.ofSeconds(15),
                            Duration.ofSeconds(75),
                            true,
                            Duration.ofSeconds(10),
                            true));
            assertThat(config.management()).isEqualTo(new ManagementConfig("127.0.0.1", 9090));
        }

        @Test
        void hasAnEmbeddedDatabaseAndTheMasterKeyBesideIt() {
            assertThat(config.database())
                    .isEqualTo(new DatabaseConfig(
                            null, Path.of("./data"), 16, Duration.ofSeconds(60), Duration.ofSeconds(10), Pooler.NONE));
            assertThat(config.masterKey()).isEqualTo(new MasterKeyConfig(null, Path.of("./data/master.key")));
        }

        @Test
        void ensuresNoAccountAndComplainsOfNothing() {
            assertThat(config.bootstrap()).isEqualTo(new BootstrapConfig(null, null, null, null));
            assertThat(config.unknown()).isEmpty();
        }
    }

    @Test
    void takesEveryVariableOfTheServers() throws Exception {
        Config config = config(
                "LOCKSTEP_HOST", "0.0.0.0",
                "LOCKSTEP_PORT", "0",
                "LOCKSTEP_PUBLIC_URL", "https://sync.example.com/base//",
                "LOCKSTEP_TRUSTED_PROXIES", " 10.0.0.0/8, ::1,",
                "LOCKSTEP_TRANSPORT", "io_uring",
                "LOCKSTEP_EVENT_LOOPS", "3",
                "LOCKSTEP_MAX_CONNECTIONS", "4",
                "LOCKSTEP_MAX_BODY_SIZE", "2048",
                "LOCKSTEP_MAX_PAGE_SIZE", "100",
                "LOCKSTEP_REQUEST_TIMEOUT", "500ms",
                "LOCKSTEP_IDLE_TIMEOUT", "2m",
                "LOCKSTEP_ERROR_CODES", "sync",
                "LOCKSTEP_SHUTDOWN_TIMEOUT", "1h",
                "LOCKSTEP_ACCESS_LOG", "OFF",
                "LOCKSTEP_MANAGEMENT_HOST", "::",
                "LOCKSTEP_MANAGEMENT_PORT", "9999",
                "LOCKSTEP_LOG_FORMAT", "json",
                "LOCKSTEP_LOG_LEVEL", "debug");

        assertThat(config.http())
                .usingRecursiveComparison()
                .ignoringFields("trustedProxies")
                .isEqualTo(new HttpConfig(
                        "0.0.0.0",
                        0,
                        "https://sync.example.com/base",
                        List.of(),
                        HttpConfig.Transport.IO_URING,
                        3,
                        4,
                        2048,
                        100,
                        Duration.ofMillis(500),
                        Duration.ofMinutes(2),
                        false,
                        Duration.ofHours(1),
                        false));
        assertThat(config.http().trustedProxies())
                .hasSize(2)
                .anyMatch(it -> it.contains(address("10.1.2.3")))
                .anyMatch(it -> it.contains(address("::1")));
        assertThat(config.management()).isEqualTo(new ManagementConfig("::", 9999));
        assertThat(config.unknown()).isEmpty();
    }

    @Test
    void takesEveryVariableOfTheData() {
        Config config = config(
                "LOCKSTEP_DATABASE_URL", URL,
                "LOCKSTEP_DATA_DIR", "/var/lib/lockstep",
                "LOCKSTEP_DATABASE_POOL_SIZE", "40",
                "LOCKSTEP_DATABASE_STARTUP_TIMEOUT", "5m",
                "LOCKSTEP_DATABASE_QUERY_TIMEOUT", "3s",
                "LOCKSTEP_DATABASE_POOLER", "transaction",
                "LOCKSTEP_MASTER_KEY", "a2V5",
                "LOCKSTEP_ACCOUNT_SID", ACCOUNT,
                "LOCKSTEP_AUTH_TOKEN", "token",
                "LOCKSTEP_API_KEY_SID", KEY,
                "LOCKSTEP_API_KEY_SECRET", "secret");

        assertThat(config.database())
                .isEqualTo(new DatabaseConfig(
                        DatabaseUrl.parse(URL),
                        Path.of("/var/lib/lockstep"),
                        40,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(3),
                        Pooler.TRANSACTION));
        assertThat(config.masterKey()).isEqualTo(new MasterKeyConfig("a2V5", null));
        assertThat(config.bootstrap()).isEqualTo(new BootstrapConfig(ACCOUNT, "token", KEY, "secret"));
        assertThat(config.http().eventLoops()).isEqualTo(CORES); // nobody shares the machine
    }

    @Test
    void readsSecretsFromFiles() throws Exception {
        Config config = config(
                "LOCKSTEP_DATABASE_URL_FILE",
                file("url", URL + "\n"),
                "LOCKSTEP_MASTER_KEY_FILE",
                "/run/secrets/master.key",
                "LOCKSTEP_ACCOUNT_SID",
                ACCOUNT,
                "LOCKSTEP_AUTH_TOKEN_FILE",
                file("token", " token\r\n"),
                "LOCKSTEP_API_KEY_SID",
                KEY,
                "LOCKSTEP_API_KEY_SECRET_FILE",
                file("secret", "secret"));

        assertThat(config.database().requireUrl()).isEqualTo(DatabaseUrl.parse(URL));
        assertThat(config.masterKey()).isEqualTo(new MasterKeyConfig(null, Path.of("/run/secrets/master.key")));
        assertThat(config.bootstrap()).isEqualTo(new BootstrapConfig(ACCOUNT, "token", KEY, "secret"));
    }

    @Test
    void takesAnEmptyVariableForNone() {
        Map<String, String> empty = new HashMap<>();
        Environment environment = new Environment(Map.of());
        Config defaults = Config.from(environment);
        environment.known().keySet().forEach(name -> empty.put(name, " "));

        assertThat(Config.from(empty)).isEqualTo(defaults);
    }

    @Test
    void tellsOfVariablesThatMeanNothing() {
        assertThat(config("LOCKSTEP_PROT", "1", "LOCKSTEP_HOTS", "x", "PATH", "/bin")
                        .unknown())
                .containsExactly("LOCKSTEP_HOTS", "LOCKSTEP_PROT");
    }

    @ParameterizedTest
    @CsvSource({
        "LOCKSTEP_PORT, tcp://10.0.0.1:8080", // a Kubernetes Service of our name
        "LOCKSTEP_PORT, -1",
        "LOCKSTEP_PORT, 65536",
        "LOCKSTEP_PUBLIC_URL, sync.example.com",
        "LOCKSTEP_PUBLIC_URL, ftp://sync.example.com",
        "LOCKSTEP_PUBLIC_URL, https://sync.example.com?a=b",
        "LOCKSTEP_PUBLIC_URL, https:// sync",
        "LOCKSTEP_TRUSTED_PROXIES, 'all'",
        "LOCKSTEP_TRANSPORT, epoll",
        "LOCKSTEP_EVENT_LOOPS, -1",
        "LOCKSTEP_EVENT_LOOPS, 257",
        "LOCKSTEP_MAX_CONNECTIONS, 0",
        "LOCKSTEP_MAX_CONNECTIONS, 10000001",
        "LOCKSTEP_MAX_BODY_SIZE, 1023",
        "LOCKSTEP_MAX_BODY_SIZE, 1MB",
        "LOCKSTEP_MAX_BODY_SIZE, 67108865",
        "LOCKSTEP_MAX_PAGE_SIZE, 0",
        "LOCKSTEP_MAX_PAGE_SIZE, 1001",
        "LOCKSTEP_REQUEST_TIMEOUT, 15",
        "LOCKSTEP_REQUEST_TIMEOUT, 0s",
        "LOCKSTEP_IDLE_TIMEOUT, 25h",
        "LOCKSTEP_IDLE_TIMEOUT, 1.5s",
        "LOCKSTEP_SHUTDOWN_TIMEOUT, 10 s",
        "LOCKSTEP_ACCESS_LOG, true",
        "LOCKSTEP_MANAGEMENT_PORT, 65536",
        "LOCKSTEP_CLUSTER, on",
        "LOCKSTEP_CLUSTER_BUS_PORT, 65536",
        "LOCKSTEP_CLUSTER_PUBLIC_PORT, 0",
        "LOCKSTEP_COMPARE_INTERVAL, 0s",
        "LOCKSTEP_DRAIN_TIME, 25h",
        "LOCKSTEP_LOG_FORMAT, xml",
        "LOCKSTEP_LOG_LEVEL, all",
        "LOCKSTEP_DATABASE_URL, mysql://db",
        "LOCKSTEP_DATABASE_URL_FILE, /does/not/exist",
        "LOCKSTEP_DATABASE_POOL_SIZE, 3",
        "LOCKSTEP_DATABASE_POOL_SIZE, 1001",
        "LOCKSTEP_DATABASE_STARTUP_TIMEOUT, 1d",
        "LOCKSTEP_DATABASE_QUERY_TIMEOUT, -1s",
        "LOCKSTEP_DATABASE_POOLER, session",
        "LOCKSTEP_DATABASE_POOLER, transaction", // the embedded database has none
        "LOCKSTEP_ACCOUNT_SID, AC0123456789ABCDEF0123456789ABCDEF",
        "LOCKSTEP_AUTH_TOKEN, 'with a blank'",
        "LOCKSTEP_API_KEY_SID, AC0123456789abcdef0123456789abcdef",
        "LOCKSTEP_API_KEY_SECRET, sécret"
    })
    void namesTheVariableThatIsBad(String name, String value) {
        assertRefused(name, name, value);
    }

    @Nested
    class WantsTogether {

        @ParameterizedTest
        @CsvSource({
            "LOCKSTEP_ACCOUNT_SID, AC0123456789abcdef0123456789abcdef, LOCKSTEP_AUTH_TOKEN",
            "LOCKSTEP_AUTH_TOKEN, token, LOCKSTEP_ACCOUNT_SID",
            "LOCKSTEP_API_KEY_SID, SK0123456789abcdef0123456789abcdef, LOCKSTEP_API_KEY_SECRET",
            "LOCKSTEP_API_KEY_SECRET, secret, LOCKSTEP_API_KEY_SID"
        })
        void aSidAndItsSecret(String name, String value, String missing) {
            assertRefused(missing, name, value);
        }

        @ParameterizedTest
        @CsvSource({
            "LOCKSTEP_CLUSTER, tcp, LOCKSTEP_CLUSTER_MEMBERS",
            "LOCKSTEP_CLUSTER, kubernetes, LOCKSTEP_CLUSTER_DNS",
            "LOCKSTEP_CLUSTER_TLS_CERT, /tls.crt, LOCKSTEP_CLUSTER_TLS_KEY",
            "LOCKSTEP_CLUSTER_TLS_CA, /ca.crt, LOCKSTEP_CLUSTER_TLS_CERT"
        })
        void whatAClusterNeeds(String name, String value, String missing) {
            assertRefused(missing, name, value);
        }

        @Test
        void aKeyAndItsAccount() {
            assertRefused("LOCKSTEP_API_KEY_SID", "LOCKSTEP_API_KEY_SID", KEY, "LOCKSTEP_API_KEY_SECRET", "secret");
        }

        @Test
        void anotherDatabaseAndTheMasterKeyToIt() {
            assertRefused("LOCKSTEP_MASTER_KEY", "LOCKSTEP_DATABASE_URL", URL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCKSTEP_DATABASE_URL", "LOCKSTEP_MASTER_KEY", "LOCKSTEP_AUTH_TOKEN"})
    void refusesASecretThatIsGivenTwice(String name) {
        assertRefused(name, name, "value", name + "_FILE", "/file");
    }

    @Test
    void refusesAnEmptyFileInPlaceOfASecret() throws Exception {
        assertRefused("LOCKSTEP_AUTH_TOKEN_FILE", "LOCKSTEP_AUTH_TOKEN_FILE", file("token", "\n"));
    }

    @Test
    void printsNoSecret() {
        Config config = config(
                "LOCKSTEP_DATABASE_URL",
                URL,
                "LOCKSTEP_MASTER_KEY",
                "secret",
                "LOCKSTEP_ACCOUNT_SID",
                ACCOUNT,
                "LOCKSTEP_AUTH_TOKEN",
                "secret",
                "LOCKSTEP_API_KEY_SID",
                KEY,
                "LOCKSTEP_API_KEY_SECRET",
                "secret");

        assertThat(config.toString()).contains(ACCOUNT, KEY).doesNotContain("secret");
    }

    private static void assertRefused(String variable, String... variables) {
        assertThatThrownBy(() -> config(variables))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(variable + ": ");
    }

    private static Config config(String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return Config.from(environment);
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
