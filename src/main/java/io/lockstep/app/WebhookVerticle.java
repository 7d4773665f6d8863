package io.lockstep.app;

import io.lockstep.store.pg.Database;
import io.lockstep.webhook.WebhookDispatcher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Sends webhooks; several nodes share the work. */
final class WebhookVerticle extends VerticleBase {

    private static final int CONNECTIONS = 2;

    private final Storage storage;
    private @Nullable Database database;
    private @Nullable WebhookDispatcher dispatcher;

    WebhookVerticle(Storage storage) {
        this.storage = storage;
    }

    @Override
    public Future<?> start() {
        Database connections = storage.open(vertx, "webhooks", CONNECTIONS);
        database = connections;
        dispatcher = new WebhookDispatcher(vertx, storage.over(connections).webhooks());
        dispatcher.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Future<Void> ended = dispatcher == null ? Future.succeededFuture() : dispatcher.stop();
        return ended.eventually(() -> database == null ? Future.succeededFuture() : database.close());
    }
}
