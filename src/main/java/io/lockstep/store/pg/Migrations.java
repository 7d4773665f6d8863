package io.lockstep.store.pg;

import io.lockstep.config.ConfigException;
import io.lockstep.config.DatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings the schema up to date (sql/migrations). Blocks, so it is called off the event loop, at start only. */
public final class Migrations {

    private static final int OLDEST_SERVER = 140000; // PostgreSQL 14
    private static final int CONNECT_TIMEOUT = 5; // seconds
    private static final long LOCK = 0x4C4F434B53544550L; // "LOCKSTEP": servers that start at once migrate in turn
    private static final Set<String> WRONG_SETTING =
            Set.of("08004", "28000", "28P01", "3D000", "42501"); // no SSL there, role, password, database, rights

    private final DatabaseUrl url;

    public Migrations(DatabaseUrl url) {
        this.url = url;
    }

    /**
     * Runs what is missing. Fails with {@link ConfigException} when the settings are wrong, and with
     * {@link NotReadyException} when the database is not there yet.
     */
    public void run() {
        requireRootCertificate();
        PGSimpleDataSource source = dataSource();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            requireServerVersion(statement);
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")"); // held until the connection closes
            migrate(source);
        } catch (SQLException e) {
            throw WRONG_SETTING.contains(String.valueOf(e.getSQLState())) ? bad(e) : new NotReadyException(e);
        }
    }

    private void requireRootCertificate() {
        if (url.sslRootCert() != null && !Files.isReadable(Path.of(url.sslRootCert()))) {
            throw new ConfigException("LOCKSTEP_DATABASE_URL", "cannot read sslrootcert " + url.sslRootCert());
        }
    }

    private static void requireServerVersion(Statement statement) throws SQLException {
        try (ResultSet version = statement.executeQuery("SHOW server_version_num")) {
            version.next();
            if (version.getInt(1) < OLDEST_SERVER) {
                throw new ConfigException(
                        "LOCKSTEP_DATABASE_URL", "PostgreSQL 14 or newer is needed, this is " + version.getInt(1));
            }
        }
    }

    private static void migrate(PGSimpleDataSource source) throws SQLException {
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:sql/migrations")
                    .ignoreMigrationPatterns(new String[0]) // a migration that we do not know stops the start
                    .load()
                    .migrate();
        } catch (FlywaySqlException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause; // a right that is missing, or a connection that was lost
            }
            throw e;
        } catch (FlywayValidateException e) {
            throw new ConfigException(
                    "LOCKSTEP_DATABASE_URL",
                    "the database's schema is not one that this version knows; a newer version may have been here");
        }
    }

    private PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        source.setPassword(url.password());
        source.setApplicationName("lockstep-migrations");
        source.setConnectTimeout(CONNECT_TIMEOUT);
        source.setLoginTimeout(CONNECT_TIMEOUT);
        source.setSslMode(url.sslMode().word());
        if (url.sslRootCert() != null) {
            source.setSslRootCert(url.sslRootCert());
        } else if (url.sslMode().word().startsWith("verify")) {
            source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return source;
    }

    private static ConfigException bad(SQLException cause) {
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new ConfigException("LOCKSTEP_DATABASE_URL", message);
    }

    /** The database cannot be reached now; it may be later. */
    public static final class NotReadyException extends RuntimeException {

        NotReadyException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
