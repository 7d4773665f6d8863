package io.lockstep.app;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.store.pg.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database up: starts the embedded one if no other is configured, waits for it, migrates it. */
final class DatabaseStarter {

    private static final Logger log = LoggerFactory.getLogger(DatabaseStarter.class);

    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final DatabaseConfig config;
    private volatile @Nullable DataDirectory directory;
    private volatile @Nullable EmbeddedPostgres embedded;

    DatabaseStarter(Vertx vertx, DatabaseConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** The configuration with the address of a database that is there and up to date. */
    Future<DatabaseConfig> start() {
        return vertx.executeBlocking(this::locate)
                .compose(located -> migrate(located, FIRST_PAUSE, System.nanoTime()))
                .onSuccess(ignored -> {
                    if (embedded != null) {
                        watch(embedded);
                    }
                });
    }

    private DatabaseConfig locate() {
        if (config.url() != null) {
            return config;
        }
        directory = DataDirectory.lock(config.dataDirectory());
        embedded = EmbeddedPostgres.start(directory);
        return config.withUrl(url(embedded.address()));
    }

    /** A database of our own has nobody else who would start it again when it dies. */
    private void watch(EmbeddedPostgres postgres) {
        vertx.setTimer(WATCH_INTERVAL.toMillis(), timer -> {
            if (embedded == postgres) { // else it was stopped, and Vert.x may be closing
                revive(postgres);
            }
        });
    }

    private void revive(EmbeddedPostgres postgres) {
        vertx.executeBlocking(postgres::revive)
                .onFailure(cause -> log.error("the embedded database does not start again: {}", cause.getMessage()))
                .onComplete(ignored -> {
                    if (embedded == postgres) {
                        watch(postgres);
                    }
                });
    }

    static DatabaseUrl url(PostgresAddress address) {
        return DatabaseUrl.parse(address.uri() + "?sslmode=disable");
    }

    private Future<DatabaseConfig> migrate(DatabaseConfig located, Duration pause, long since) {
        return vertx.executeBlocking(() -> {
                    new Migrations(located).run();
                    return located;
                })
                .recover(cause -> cause instanceof Migrations.NotReadyException && !waitedLongEnough(since)
                        ? again(located, pause, since, cause)
                        : Future.failedFuture(cause));
    }

    private boolean waitedLongEnough(long since) {
        return System.nanoTime() - since > config.startupTimeout().toNanos();
    }

    private Future<DatabaseConfig> again(DatabaseConfig located, Duration pause, long since, Throwable cause) {
        log.warn("the database is not ready, trying again in {} ms: {}", pause.toMillis(), cause.getMessage());
        Duration doubled = pause.multipliedBy(2);
        return vertx.timer(pause.toMillis(), TimeUnit.MILLISECONDS)
                .compose(ignored ->
                        migrate(located, doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled, since));
    }

    /** Why a start failed, for a person. */
    static Throwable explain(Throwable cause) {
        return cause instanceof Migrations.NotReadyException
                ? new IllegalStateException("the database did not become available: " + cause.getMessage())
                : cause;
    }

    /** Stops the embedded database and lets go of its directory; does nothing to any other. */
    Future<Void> stop() {
        EmbeddedPostgres postgres = embedded;
        embedded = null; // which ends the watch
        return vertx.executeBlocking(() -> {
            if (postgres != null) {
                postgres.close();
            }
            if (directory != null) {
                directory.close();
            }
            return null;
        });
    }
}
