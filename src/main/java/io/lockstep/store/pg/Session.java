package io.lockstep.store.pg;

import io.lockstep.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a session of ours has set. PostgreSQL itself is told once, when a connection starts. A pooler takes nothing then: what
 * answers rely on goes with each transaction, and the rest is a default of our role.
 */
final class Session {

    private static final String STATEMENT_TIMEOUT = "statement_timeout";
    private static final String IDLE_TIMEOUT = "idle_in_transaction_session_timeout";

    private final boolean pooled;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final String begin;

    /**
     * @param lossless whether what was committed survives when the server of the database dies; behind a pooler it always
     *     does
     */
    Session(DatabaseConfig config, boolean lossless) {
        long timeout = config.queryTimeout().toMillis();
        this.pooled = config.pooled();
        settings.put("synchronous_commit", pooled || lossless ? "on" : "off");
        settings.put("plan_cache_mode", "force_generic_plan"); // planned once, not for every array that comes
        settings.put("enable_seqscan", "off"); // every statement of ours has its index, also on a new table
        settings.put("jit", "off");
        settings.put(STATEMENT_TIMEOUT, Long.toString(timeout));
        // less, so that who waits for the rows of a node that has vanished lives to get them
        settings.put(IDLE_TIMEOUT, Long.toString(timeout / 2));
        this.begin = Sql.load("session", settings).get(pooled ? "begin_pooled" : "begin");
    }

    /** Beside what the client sets by itself. A pooler would refuse what it does not know. */
    Map<String, String> startParameters() {
        Map<String, String> parameters = new LinkedHashMap<>(pooled ? Map.of() : settings);
        if (!pooled) {
            parameters.put("transaction_read_only", "off"); // which a standby refuses: what is read there may be old
        }
        parameters.put("application_name", "lockstep");
        return parameters;
    }

    /** Of our role, behind a pooler. Not the end of who is idle, as a migration is while another connection of its works. */
    Map<String, String> roleDefaults() {
        Map<String, String> defaults = new LinkedHashMap<>(pooled ? settings : Map.of());
        defaults.remove(IDLE_TIMEOUT);
        return defaults;
    }

    /** What begins a transaction. */
    String begin() {
        return begin;
    }

    /** Runs a statement that is a transaction by itself. */
    Future<RowSet<Row>> run(SqlConnection connection, String sql, Tuple parameters) {
        if (!pooled) {
            return connection.preparedQuery(sql).execute(parameters);
        }
        Future<?> begun = connection.query(begin).execute();
        Future<RowSet<Row>> done = connection.preparedQuery(sql).execute(parameters);
        Future<?> committed = commit(connection);
        return Future.join(begun, done, committed).compose(ignored -> done);
    }

    /** If a statement has failed, it is a rollback. A commit may fail and leave the transaction open, as one that is cancelled. */
    static Future<?> commit(SqlConnection connection) {
        return connection.query("COMMIT").execute().recover(cause -> rollback(connection, cause));
    }

    /** Fails with what was the reason for it. */
    static <T> Future<T> rollback(SqlConnection connection, Throwable cause) {
        return connection.query("ROLLBACK").execute().transform(ignored -> Future.failedFuture(cause));
    }
}
