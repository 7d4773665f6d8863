package io.lockstep.rest;

import io.lockstep.api.RequestInfo;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * Which function answers which method of which path. A path also answers OPTIONS, and refuses other methods in Twilio's
 * way. Paths are matched as they were sent, neither normalised nor decoded: a name may look like {@code ..} or hold an
 * encoded slash, and broken encoding is for {@link Form} to refuse.
 */
final class RouteTable {

    private final Router router;
    private final Function<Function<Request, Future<Reply>>, Handler<RoutingContext>> respond;

    RouteTable(Router router, Function<Function<Request, Future<Reply>>, Handler<RoutingContext>> respond) {
        this.router = router;
        this.respond = respond;
    }

    /** Begins the methods of a path. */
    Path at(String template) {
        return new Path(template);
    }

    /** The methods of one path; {@link #end} closes it. */
    final class Path {

        private final String template;
        private final String pattern;
        private final StringBuilder methods = new StringBuilder();

        private Path(String template) {
            this.template = template;
            this.pattern = template.replaceAll(":\\w+", "[^/]+");
        }

        Path get(Function<Request, Future<Reply>> route) {
            return on(HttpMethod.GET, route);
        }

        Path post(Function<Request, Future<Reply>> route) {
            return on(HttpMethod.POST, route);
        }

        Path delete(Function<Request, Future<Reply>> route) {
            return on(HttpMethod.DELETE, route);
        }

        private Path on(HttpMethod method, Function<Request, Future<Reply>> route) {
            methods.append(method.name()).append(", ");
            exact(router.routeWithRegex(method, pattern)).handler(respond.apply(route));
            return this;
        }

        void end() {
            String allowed = methods + HttpMethod.OPTIONS.name();
            exact(router.routeWithRegex(HttpMethod.OPTIONS, pattern)).handler(ctx -> preflight(ctx, allowed));
            exact(router.routeWithRegex(pattern)).handler(ctx -> refuseMethod(ctx, allowed));
        }

        private Route exact(Route route) {
            return route.useNormalizedPath(false).handler(this::note);
        }

        private void note(RoutingContext ctx) {
            ctx.<RequestInfo>get(RequestInfo.KEY).matched(template);
            ctx.next();
        }
    }

    private static void preflight(RoutingContext ctx, String allowed) {
        Cors.addTo(ctx.response())
                .putHeader(HttpHeaders.ALLOW, allowed)
                .setStatusCode(204)
                .end();
    }

    private static void refuseMethod(RoutingContext ctx, String allowed) {
        ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
        ctx.fail(new SyncException(ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed"));
    }
}
