package io.lockstep.rest;

import io.lockstep.api.RequestInfo;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which function answers which method of which path. A path also answers OPTIONS, and refuses other methods in Twilio's
 * way. Paths are matched as they were sent, neither normalised nor decoded: a name may look like {@code ..} or hold an
 * encoded slash, and broken encoding is for {@link Form} to refuse.
 */
final class RouteTable implements Handler<RoutingContext> {

    /** Under which the routing context holds the {@link PathTemplate.Match}. */
    static final String MATCH = "lockstep.path";

    private final Function<Function<Request, Future<Reply>>, Handler<RoutingContext>> respond;
    private final List<Path> paths = new ArrayList<>();

    RouteTable(Function<Function<Request, Future<Reply>>, Handler<RoutingContext>> respond) {
        this.respond = respond;
    }

    /** Begins the methods of a path. */
    Path at(String template) {
        return new Path(PathTemplate.of(template));
    }

    @Override
    public void handle(RoutingContext ctx) {
        List<String> segments = PathTemplate.split(ctx.request().path());
        for (Path path : paths) {
            if (path.template.matches(segments)) {
                ctx.<RequestInfo>get(RequestInfo.KEY).matched(path.template.text());
                ctx.put(MATCH, new PathTemplate.Match(path.template, segments));
                path.handle(ctx);
                return;
            }
        }
        ctx.next();
    }

    /** The methods of one path; {@link #end} closes it. */
    final class Path {

        private final PathTemplate template;
        private final Map<HttpMethod, Handler<RoutingContext>> methods = new LinkedHashMap<>();

        private Path(PathTemplate template) {
            this.template = template;
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
            methods.put(method, respond.apply(route));
            return this;
        }

        void end() {
            methods.put(HttpMethod.OPTIONS, this::preflight);
            paths.add(this);
        }

        private void handle(RoutingContext ctx) {
            methods.getOrDefault(ctx.request().method(), this::refuseMethod).handle(ctx);
        }

        private void preflight(RoutingContext ctx) {
            Cors.addTo(ctx.response())
                    .putHeader(HttpHeaders.ALLOW, allowed())
                    .setStatusCode(204)
                    .end();
        }

        private void refuseMethod(RoutingContext ctx) {
            ctx.response().putHeader(HttpHeaders.ALLOW, allowed());
            ctx.fail(new SyncException(ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed"));
        }

        private String allowed() {
            return methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
        }
    }
}
