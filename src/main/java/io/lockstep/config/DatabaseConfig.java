package io.lockstep.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the data is.
 *
 * @param url the PostgreSQL to use; null for the embedded one
 * @param dataDirectory where the embedded PostgreSQL and what belongs to it live
 * @param poolSize connections of this node in all
 * @param startupTimeout how long to wait at start for a database that is not there yet
 * @param queryTimeout how long a statement, its wait for a connection included, may take
 * @param pooler what stands between this node and PostgreSQL
 */
public record DatabaseConfig(
        @Nullable DatabaseUrl url,
        Path dataDirectory,
        int poolSize,
        Duration startupTimeout,
        Duration queryTimeout,
        Pooler pooler) {

    private static final String POOLER = "LOCKSTEP_DATABASE_POOLER";

    /** Who gives this node its sessions. */
    public enum Pooler {
        /** PostgreSQL itself: a connection is a session. */
        NONE,
        /** One such as PgBouncer, which gives each transaction another session. */
        TRANSACTION
    }

    /** Reads its variables. */
    public static DatabaseConfig from(Environment env) {
        String url = env.secret(DatabaseUrl.VARIABLE);
        Pooler pooler = Pooler.valueOf(
                env.choice(POOLER, List.of("none", "transaction")).toUpperCase(Locale.ROOT));
        if (url == null && pooler != Pooler.NONE) {
            throw new ConfigException(POOLER, "needs " + DatabaseUrl.VARIABLE + ": the embedded PostgreSQL has none");
        }
        return new DatabaseConfig(
                url == null ? null : DatabaseUrl.parse(url),
                Path.of(env.text("LOCKSTEP_DATA_DIR", "./data")),
                env.integer("LOCKSTEP_DATABASE_POOL_SIZE", 16, 4, 1000),
                env.duration("LOCKSTEP_DATABASE_STARTUP_TIMEOUT", "60s"),
                env.duration("LOCKSTEP_DATABASE_QUERY_TIMEOUT", "10s"),
                pooler);
    }

    /** The same, with the address of an embedded PostgreSQL that has been started. */
    public DatabaseConfig withUrl(DatabaseUrl started) {
        return new DatabaseConfig(started, dataDirectory, poolSize, startupTimeout, queryTimeout, pooler);
    }

    /** Whether the next transaction on a connection may be of another session. */
    public boolean pooled() {
        return pooler == Pooler.TRANSACTION;
    }

    /** The address, once there is one. */
    public DatabaseUrl requireUrl() {
        if (url == null) {
            throw new IllegalStateException("the embedded PostgreSQL has not been started");
        }
        return url;
    }
}
