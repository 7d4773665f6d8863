package io.lockstep.ops;

import io.lockstep.api.RequestInfo;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first handler of every request: gives it an id, and logs and counts it when it has been answered. */
public final class RequestObserver implements Handler<RoutingContext> {

    private static final Logger log = LoggerFactory.getLogger("lockstep.access");

    private static final Set<HttpMethod> USUAL =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE, HttpMethod.OPTIONS);

    private final Metrics metrics;
    private final boolean accessLog;

    public RequestObserver(Metrics metrics, boolean accessLog) {
        this.metrics = metrics;
        this.accessLog = accessLog;
    }

    @Override
    public void handle(RoutingContext ctx) {
        RequestInfo info = new RequestInfo();
        ctx.put(RequestInfo.KEY, info);
        ctx.response().putHeader(RequestInfo.HEADER, info.id());
        ctx.addEndHandler(
                end -> answered(ctx, info, end.succeeded() ? ctx.response().getStatusCode() : 0));
        ctx.next();
    }

    private void answered(RoutingContext ctx, RequestInfo info, int status) {
        HttpMethod method = ctx.request().method();
        metrics.answered(USUAL.contains(method) ? method.name() : "OTHER", info, status);
        if (accessLog) {
            log(ctx.request(), info, status);
        }
    }

    /** The path without its query: a query may hold what a client keeps secret. */
    private static void log(HttpServerRequest request, RequestInfo info, int status) {
        log.atInfo()
                .addKeyValue("id", info.id())
                .addKeyValue("method", request.method().name())
                .addKeyValue("path", RequestInfo.printable(request.path()))
                .addKeyValue("status", status)
                .addKeyValue("micros", info.nanosSinceStart() / 1000)
                .log("request");
    }
}
