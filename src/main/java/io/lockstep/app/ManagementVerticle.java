package io.lockstep.app;

import io.lockstep.config.ManagementConfig;
import io.lockstep.ops.ManagementApi;
import io.lockstep.ops.Metrics;
import io.lockstep.ops.Readiness;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import java.util.function.IntConsumer;

/** The server of the management port; it answers from the first moment of the start to the last of the stop. */
final class ManagementVerticle extends VerticleBase {

    private static final int IDLE_SECONDS = 60;

    private final ManagementConfig config;
    private final Readiness readiness;
    private final Metrics metrics;
    private final IntConsumer listening;

    /**
     * @param listening is told the port
     */
    ManagementVerticle(ManagementConfig config, Readiness readiness, Metrics metrics, IntConsumer listening) {
        this.config = config;
        this.readiness = readiness;
        this.metrics = metrics;
        this.listening = listening;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .requestHandler(ManagementApi.router(vertx, readiness, metrics))
                .listen()
                .recover(cause -> Listening.refused("LOCKSTEP_MANAGEMENT_PORT", config.host(), config.port(), cause))
                .onSuccess(it -> listening.accept(it.actualPort()));
    }
}
