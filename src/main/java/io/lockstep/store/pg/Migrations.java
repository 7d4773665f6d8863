package io.lockstep.store.pg;

import io.lockstep.config.ConfigException;
import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings the schema up to date (sql/migrations). Blocks, so it is called off the event loop, at start only. */
public final class Migrations {

    private static final int OLDEST_SERVER = 140000; // PostgreSQL 14
    private static final int CONNECT_TIMEOUT = 5; // seconds
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Sql SQL = Sql.load("session", Map.of());
    private static final String BEGIN = SQL.get("begin_migration");
    private static final String LOCK = SQL.get("lock_migration");
    private static final Set<String> WRONG_SETTING =
            Set.of("08004", "28000", "28P01", "3D000", "42501"); // no SSL there, role, password, database, rights

    private final DatabaseUrl url;
    private final RoleDefaults defaults;

    /** Of a database that is spoken to by itself. */
    public Migrations(DatabaseUrl url) {
        this(url, Map.of());
    }

    /** Of a database that may have a pooler before it: then our role is given what its sessions are to have set. */
    public Migrations(DatabaseConfig config) {
        this(config.requireUrl(), new Session(config, true).roleDefaults());
    }

    private Migrations(DatabaseUrl url, Map<String, String> defaults) {
        this.url = url;
        this.defaults = new RoleDefaults(defaults);
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
            connection.setAutoCommit(false);
            lock(connection, statement); // held until the transaction ends: behind a pooler a session is not ours
            migrate(source, oldestSupported(statement));
            boolean changed = defaults.set(connection);
            connection.commit();
            if (changed) {
                defaults.endSessionsWithout(connection);
            }
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

    private static void lock(Connection connection, Statement statement) throws SQLException {
        boolean locked = false;
        while (!locked) {
            statement.execute(BEGIN);
            try {
                statement.execute(LOCK);
                locked = true;
            } catch (SQLException e) {
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                connection.rollback();
            }
        }
    }

    /** The oldest version that can live with the schema as it is; none, unless a newer one has said so. */
    private static int oldestSupported(Statement statement) throws SQLException {
        try (ResultSet table = statement.executeQuery(SQL.get("supports_others"))) {
            table.next();
            if (!table.getBoolean(1)) {
                return Integer.MAX_VALUE;
            }
        }
        try (ResultSet oldest = statement.executeQuery(SQL.get("oldest_supported"))) {
            oldest.next();
            return oldest.getInt(1);
        }
    }

    private static void migrate(PGSimpleDataSource source, int oldestSupported) throws SQLException {
        FluentConfiguration flyway = Flyway.configure()
                .dataSource(source)
                .callbacks(new Unlimited())
                .locations("classpath:sql/migrations")
                .ignoreMigrationPatterns(new String[0]); // a migration that we do not know stops the start
        try {
            if (version(flyway) >= oldestSupported) {
                flyway.ignoreMigrationPatterns("*:future"); // unless it lets us live
            }
            flyway.load().migrate();
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

    /** The last migration that we know. */
    private static int version(FluentConfiguration flyway) {
        return Arrays.stream(flyway.load().info().all())
                .filter(migration -> migration.getState().isResolved())
                .mapToInt(migration -> Integer.parseInt(migration.getVersion().getVersion()))
                .max()
                .orElseThrow();
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
        source.setPrepareThreshold(0); // nothing is prepared in a session that the next transaction may not have
        source.setTargetServerType("primary"); // a standby cannot be migrated, and may become the primary
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

    /** Lets each migration take its time: our role may have a limit by default. */
    private static final class Unlimited extends BaseCallback {

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            try (Statement statement = context.getConnection().createStatement()) {
                statement.execute(SQL.get("unlimited"));
            } catch (SQLException e) {
                throw new FlywaySqlException("cannot lift the time limit of statements", e);
            }
        }
    }

    /** The database cannot be reached now; it may be later. */
    public static final class NotReadyException extends RuntimeException {

        NotReadyException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
