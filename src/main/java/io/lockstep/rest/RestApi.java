package io.lockstep.rest;

import io.lockstep.api.PageTokens;
import io.lockstep.auth.Authenticator;
import io.lockstep.config.HttpConfig;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.PermissionRepository;
import io.lockstep.store.ServiceRepository;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;

/** The REST API v1. */
public final class RestApi {

    private RestApi() {}

    /** Mounts it on one event loop's router, whose requests carry a {@link io.lockstep.api.RequestInfo}. */
    public static void mount(
            Router router,
            Vertx vertx,
            HttpConfig config,
            Authenticator authenticator,
            PageTokens pageTokens,
            ServiceRepository services,
            DocumentRepository documents,
            PermissionRepository permissions) {
        FailureHandler failures = new FailureHandler(config);
        router.route().failureHandler(failures);
        for (int status : new int[] {400, 404, 405, 500}) {
            router.errorHandler(status, failures);
        }
        BodyReader bodies = new BodyReader(vertx, config.maxBodySize(), config.requestTimeout());
        Respond respond = new Respond(authenticator, config, pageTokens, bodies);
        RouteTable table = new RouteTable(respond::with);
        List<Routes> all = List.of(
                new ServiceRoutes(services),
                new DocumentRoutes(new ServiceSids(services), documents),
                new PermissionRoutes(new ServiceSids(services), permissions));
        all.forEach(routes -> routes.mount(table));
        router.route().handler(table);
    }

    /** Answers requests that are too broken to be routed. */
    public static Handler<HttpServerRequest> malformedRequests() {
        return new MalformedRequestHandler();
    }
}
