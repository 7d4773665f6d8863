package io.lockstep.app;

import io.lockstep.auth.AccountAdministration;
import io.lockstep.auth.MasterKey;
import io.lockstep.auth.SecretBox;
import io.lockstep.config.Config;
import io.lockstep.config.DatabaseConfig;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.CommitListener;
import io.lockstep.store.EpochRepository;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.lockstep.write.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;

/**
 * What the command line needs of the database, for as long as one command takes: the database of a running server, or
 * else the embedded one, started for the moment.
 */
public final class Administration {

    private static final Duration WAIT_FOR_SERVER = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 2;

    private final Config config;
    private final Vertx vertx;

    private Administration(Config config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
    }

    /** Runs a command; everything is closed again when its future has completed. */
    public static <T> Future<T> run(Config config, Function<Tools, Future<T>> command) {
        Vertx vertx = Vertx.vertx(Application.withoutFiles());
        Administration administration = new Administration(config, vertx);
        Future<T> done = vertx.executeBlocking(administration::withRunningServer)
                .compose(database -> {
                    DatabaseStarter starter = new DatabaseStarter(vertx, database);
                    return starter.start()
                            .compose(started -> administration.run(started, command))
                            .eventually(starter::stop);
                })
                .recover(cause -> Future.failedFuture(DatabaseStarter.explain(cause)));
        return Closing.after(done, vertx);
    }

    /** With the embedded database: the address of the one that a server runs, if one does. */
    private DatabaseConfig withRunningServer() {
        DatabaseConfig database = config.database();
        if (database.url() != null) {
            return database;
        }
        return EmbeddedPostgres.running(database.dataDirectory(), WAIT_FOR_SERVER)
                .map(address -> database.withUrl(DatabaseStarter.url(address)))
                .orElse(database);
    }

    private <T> Future<T> run(DatabaseConfig database, Function<Tools, Future<T>> command) {
        return vertx.executeBlocking(() -> MasterKey.load(config.masterKey())).compose(masterKey -> {
            Database connections = Database.open(vertx, "administration", database, CONNECTIONS);
            PgRepositories store = PgRepositories.over(connections, config.writes(), Limits.NONE, CommitListener.NONE);
            AccountAdministration accounts = Application.administration(store, new SecretBox(masterKey));
            return accounts.checkMasterKey()
                    .compose(ignored ->
                            command.apply(new Tools(accounts, store.accounts(), store.apiKeys(), store.epochs())));
        });
    }

    /** What a command works with. */
    public record Tools(
            AccountAdministration administration,
            AccountRepository accounts,
            ApiKeyRepository apiKeys,
            EpochRepository epochs) {}
}
