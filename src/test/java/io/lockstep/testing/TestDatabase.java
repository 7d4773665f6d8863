package io.lockstep.testing;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.store.pg.Migrations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL of this JVM's tests, with our schema: the one of LOCKSTEP_TEST_DATABASE_URL, else a container where a
 * Docker engine answers, else the embedded one. Nothing is cleaned: each test works in an account of its own. With
 * LOCKSTEP_TEST_POOLER_URL servers and repositories reach the first of these through a pooler of transactions.
 */
public final class TestDatabase {

    private static final String VARIABLE = "LOCKSTEP_TEST_DATABASE_URL";
    private static final String POOLER = System.getenv("LOCKSTEP_TEST_POOLER_URL");
    private static final String URL = start();

    private TestDatabase() {}

    /** Its address, with the password. */
    public static String url() {
        return URL;
    }

    /** The address for what is tested, which is not that of the test where there is a pooler. */
    public static String urlForServers() {
        return POOLER == null ? URL : POOLER;
    }

    /** What stands between that and PostgreSQL. */
    public static DatabaseConfig.Pooler pooler() {
        return POOLER == null ? DatabaseConfig.Pooler.NONE : DatabaseConfig.Pooler.TRANSACTION;
    }

    /** Whether its files are this machine's, and its superuser ours. */
    public static boolean isEmbedded() {
        return System.getenv(VARIABLE) == null && !docker();
    }

    /** The same, parsed. */
    public static DatabaseUrl parsedUrl() {
        return DatabaseUrl.parse(URL);
    }

    /** Another database of the same PostgreSQL, empty: for tests that break theirs. */
    public static DatabaseUrl newDatabase() {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        execute(parsedUrl(), "CREATE DATABASE " + name);
        DatabaseUrl url = parsedUrl();
        return new DatabaseUrl(
                url.host(), url.port(), name, url.user(), url.password(), url.sslMode(), url.sslRootCert());
    }

    /** The address as text. */
    public static String text(DatabaseUrl url) {
        return "postgresql://" + url.user() + ":" + url.password() + "@" + url.host() + ":" + url.port() + "/"
                + url.database() + "?sslmode=" + url.sslMode().word();
    }

    /** Runs a statement there. */
    public static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the test's own. */
    public static Connection connect(DatabaseUrl url) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(),
                url.user(),
                url.password());
    }

    private static String start() {
        String given = System.getenv(VARIABLE);
        String url = given != null ? given : docker() ? container() : embedded();
        new Migrations(DatabaseUrl.parse(url)).run();
        return url;
    }

    private static boolean docker() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @SuppressWarnings("resource") // lives as long as the JVM; Testcontainers removes it then
    private static String container() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:18");
        container.start();
        return "postgresql://" + container.getUsername() + ":" + container.getPassword() + "@" + container.getHost()
                + ":" + container.getFirstMappedPort() + "/" + container.getDatabaseName() + "?sslmode=disable";
    }

    @SuppressWarnings("resource") // lives as long as the JVM; the hook closes it
    private static String embedded() {
        DataDirectory directory = DataDirectory.lock(Path.of("target", "test-database"));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            postgres.close();
            directory.close();
        }));
        return fresh(postgres.address());
    }

    /** The files stay from one run to the next, which saves their unpacking; the data does not. */
    private static String fresh(PostgresAddress address) {
        DatabaseUrl url = DatabaseUrl.parse(address.uri() + "?sslmode=disable");
        execute(url, "DROP DATABASE IF EXISTS test WITH (FORCE)");
        execute(url, "CREATE DATABASE test");
        return address.uri().replaceFirst("/[^/]*$", "/test") + "?sslmode=disable";
    }
}
