package io.lockstep.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the data is.
 *
 * @param url the PostgreSQL to use; null for the embedded one
 * @param dataDirectory where the embedded PostgreSQL and what belongs to it live
 * @param poolSize connections of this node in all
 * @param startupTimeout how long to wait at start for a database that is not there yet
 * @param queryTimeout how long a statement, its wait for a connection included, may take
 */
public record DatabaseConfig(
        @Nullable DatabaseUrl url, Path dataDirectory, int poolSize, Duration startupTimeout, Duration queryTimeout) {

    /** Reads its variables. */
    public static DatabaseConfig from(Environment env) {
        String url = env.secret(DatabaseUrl.VARIABLE);
        return new DatabaseConfig(
                url == null ? null : DatabaseUrl.parse(url),
                Path.of(env.text("LOCKSTEP_DATA_DIR", "./data")),
                env.integer("LOCKSTEP_DATABASE_POOL_SIZE", 16, 4, 1000),
                env.duration("LOCKSTEP_DATABASE_STARTUP_TIMEOUT", "60s"),
                env.duration("LOCKSTEP_DATABASE_QUERY_TIMEOUT", "10s"));
    }

    /** The same, with the address of an embedded PostgreSQL that has been started. */
    public DatabaseConfig withUrl(DatabaseUrl started) {
        return new DatabaseConfig(started, dataDirectory, poolSize, startupTimeout, queryTimeout);
    }

    /** The address, once there is one. */
    public DatabaseUrl requireUrl() {
        if (url == null) {
            throw new IllegalStateException("the embedded PostgreSQL has not been started");
        }
        return url;
    }
}
