package io.lockstep.app;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.WriteConfig;
import io.lockstep.store.CommitListener;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.vertx.core.Vertx;

/**
 * What every verticle makes its repositories of, on connections of its own.
 *
 * @param listener is told what is committed
 */
record Storage(DatabaseConfig config, WriteConfig writes, CommitListener listener) {

    /**
     * Prepares connections of the event loop that calls.
     *
     * @param name of their pools in the metrics
     */
    Database open(Vertx vertx, String name, int connections) {
        return Database.open(vertx, name, config, connections);
    }

    PgRepositories over(Database database) {
        return PgRepositories.over(database, writes, listener);
    }
}
