package io.lockstep.testing;

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
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL of this JVM's tests, with our schema: the one of LOCKSTEP_TEST_DATABASE_URL, else a container where a
 * Docker engine answers, else the embedded one. Nothing is cleaned: each test works in an account of its own.
 */
public final class TestDatabase {

    private static final String VARIABLE = "LOCKSTEP_TEST_DATABASE_URL";
    private static final String URL = start();

    private TestDatabase() {}

    /** Its address, with the password. */
    public static String url() {
        return URL;
    }

    /** The same, parsed. */
    public static DatabaseUrl parsedUrl() {
        return DatabaseUrl.parse(URL);
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
        String jdbc = "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + address.database();
        try (Connection connection = DriverManager.getConnection(jdbc, address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS test WITH (FORCE)");
            statement.execute("CREATE DATABASE test");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return address.uri().replaceFirst("/[^/]*$", "/test") + "?sslmode=disable";
    }
}
