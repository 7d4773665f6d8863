package io.lockstep.app;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.LimitsConfig;
import io.lockstep.config.WriteConfig;
import io.lockstep.store.CommitListener;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.lockstep.write.Limits;
import io.lockstep.write.TokenBuckets;
import io.vertx.core.Vertx;

/**
 * What every verticle makes its repositories of, on connections of its own.
 *
 * @param sizes how much data may be, and how long what is kept
 * @param limits how often objects may be used on this node
 * @param listener is told what is committed
 */
record Storage(DatabaseConfig config, WriteConfig writes, LimitsConfig sizes, Limits limits, CommitListener listener) {

    /** With limits that all event loops share. */
    static Storage of(DatabaseConfig database, WriteConfig writes, LimitsConfig limits, CommitListener listener) {
        Limits shared = new Limits(
                buckets(limits.writes(), limits),
                buckets(limits.reads(), limits),
                buckets(limits.messages(), limits),
                buckets(limits.permissions(), limits));
        return new Storage(database, writes, limits, shared, listener);
    }

    private static TokenBuckets buckets(int rate, LimitsConfig limits) {
        double seconds = limits.burst().toMillis() / 1000.0;
        return new TokenBuckets(rate, rate * seconds, System::nanoTime);
    }

    /**
     * Prepares connections of the event loop that calls.
     *
     * @param name of their pools in the metrics
     */
    Database open(Vertx vertx, String name, int connections) {
        return Database.open(vertx, name, config, connections);
    }

    /** The same for work that is done again when the database loses it. */
    Database openForRepeatable(Vertx vertx, String name, int connections) {
        return Database.openForRepeatable(vertx, name, config, connections);
    }

    PgRepositories over(Database database) {
        return PgRepositories.over(database, writes, limits, listener);
    }
}
