package io.lockstep.rest;

import io.lockstep.api.PageTokens;
import io.lockstep.auth.Authenticator;
import io.lockstep.config.HttpConfig;
import io.lockstep.model.Caller;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * Adapts a function from request to reply: authenticates, reads the body, calls it. The one place that writes a
 * successful response.
 */
final class Respond {

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final Authenticator authenticator;
    private final BodyReader bodies;
    private final PublicAddress publicAddress;
    private final Paging paging;

    Respond(Authenticator authenticator, HttpConfig config, PageTokens pageTokens, BodyReader bodies) {
        this.authenticator = authenticator;
        this.bodies = bodies;
        this.publicAddress = new PublicAddress(config);
        this.paging = new Paging(pageTokens, config.maxPageSize());
    }

    Handler<RoutingContext> with(Function<Request, Future<Reply>> route) {
        return ctx -> {
            ctx.request().pause(); // nothing of the body is read for a stranger
            authenticator
                    .authenticate(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))
                    .compose(caller -> bodies.read(ctx.request()).compose(body -> answer(ctx, caller, body, route)))
                    .onSuccess(reply -> send(ctx.response(), reply))
                    .onFailure(ctx::fail);
        };
    }

    private Future<Reply> answer(
            RoutingContext ctx, Caller caller, Buffer body, Function<Request, Future<Reply>> route) {
        return route.apply(new Request(ctx, caller, body, publicAddress, paging));
    }

    private static void send(HttpServerResponse response, Reply reply) {
        if (response.ended() || response.closed()) {
            return; // the client has gone; what was done stays done
        }
        Cors.addTo(response).setStatusCode(reply.status());
        if (reply.eTag() != null) {
            response.putHeader(HttpHeaders.ETAG, reply.eTag());
        }
        if (reply.body() == null) {
            response.end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(reply.body());
        }
    }
}
