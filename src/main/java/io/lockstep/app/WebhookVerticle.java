package io.lockstep.app;

import io.lockstep.config.WebhookConfig;
import io.lockstep.store.pg.Database;
import io.lockstep.webhook.DeliveryListener;
import io.lockstep.webhook.Signer;
import io.lockstep.webhook.WebhookDispatcher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Sends webhooks; several nodes share the work. */
final class WebhookVerticle extends VerticleBase {

    private static final int CONNECTIONS =
            4; // one that claims, one that settles, and one to spare, beside what is read

    private final Storage storage;
    private final WebhookConfig config;
    private final Signer signer;
    private final DeliveryListener listener;
    private @Nullable Database database;
    private @Nullable WebhookDispatcher dispatcher;

    WebhookVerticle(Storage storage, WebhookConfig config, Signer signer, DeliveryListener listener) {
        this.storage = storage;
        this.config = config;
        this.signer = signer;
        this.listener = listener;
    }

    @Override
    public Future<?> start() {
        Database connections = storage.openForRepeatable(vertx, "webhooks", CONNECTIONS);
        database = connections;
        dispatcher = new WebhookDispatcher(vertx, storage.over(connections).webhooks(), config, signer, listener);
        dispatcher.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Future<Void> ended = dispatcher == null ? Future.succeededFuture() : dispatcher.stop();
        return ended.eventually(() -> database == null ? Future.succeededFuture() : database.close());
    }
}
