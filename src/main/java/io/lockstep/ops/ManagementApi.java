package io.lockstep.ops;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import org.jspecify.annotations.Nullable;

/** The routes of the management port: {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
public final class ManagementApi {

    private ManagementApi() {}

    /** Builds its router. */
    public static Router router(Vertx vertx, Readiness readiness, Metrics metrics) {
        Router router = Router.router(vertx);
        router.get("/health/live").handler(ctx -> health(ctx.response(), null));
        router.get("/health/ready")
                .handler(ctx -> readiness.whyNot(ctx.vertx()).onComplete(why -> health(ctx.response(), why.result())));
        router.get("/metrics")
                .handler(ctx -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                        .end(metrics.scrape()));
        return router;
    }

    private static void health(HttpServerResponse response, @Nullable String whyNot) {
        JsonObject body = new JsonObject().put("status", whyNot == null ? "up" : "down");
        response.setStatusCode(whyNot == null ? 200 : 503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end((whyNot == null ? body : body.put("reason", whyNot)).toBuffer());
    }
}
