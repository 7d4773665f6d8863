package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.RequestInfo;
import io.lockstep.config.HttpConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a failure of REST becomes a response: Twilio's error body (errors.md section 1). */
final class FailureHandler implements Handler<RoutingContext> {

    private static final Logger log = LoggerFactory.getLogger(FailureHandler.class);

    private static final String MORE_INFO = "https://www.twilio.com/docs/errors/";
    private static final String VERSION = "/v1";
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final int maxBodySize;
    private final boolean platformErrorCodes;

    FailureHandler(HttpConfig config) {
        this.maxBodySize = config.maxBodySize();
        this.platformErrorCodes = config.platformErrorCodes();
    }

    @Override
    public void handle(RoutingContext ctx) {
        Throwable cause = ctx.failure();
        if (ctx.response().ended() || (cause != null && BodyReader.clientGone(cause))) {
            return; // nobody is there to be told
        }
        if (cause instanceof UnknownOutcomeException) {
            log.error("{}: {}, the client gets no answer", id(ctx), cause.getMessage(), cause);
            ctx.request().connection().close();
        } else if (cause instanceof SyncException expected) {
            ErrorCode code = expected.errorCode();
            fail(ctx, platformErrorCodes ? code.platform() : code, expected.getMessage());
        } else if (ctx.statusCode() >= 400 && ctx.statusCode() < 500) {
            fail(ctx, ctx.statusCode());
        } else {
            log.error(
                    "{}: {} {}",
                    id(ctx),
                    ctx.request().method(),
                    RequestInfo.printable(ctx.request().path()),
                    cause);
            fail(ctx, ErrorCode.INTERNAL_ERROR, "Internal server error");
        }
    }

    /** What Vert.x found wrong by itself. */
    private void fail(RoutingContext ctx, int status) {
        switch (status) {
            case 404 -> fail(ctx, ErrorCode.NOT_FOUND, "");
            case 405 -> fail(ctx, ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed");
            default -> fail(ctx, ErrorCode.MALFORMED_REQUEST, "Malformed request");
        }
    }

    private void fail(RoutingContext ctx, ErrorCode code, String message) {
        HttpServerResponse response = ctx.response();
        switch (code) {
            case UNAUTHORIZED, ACCOUNT_NOT_ACTIVE -> response.putHeader("WWW-Authenticate", "Basic realm=\"Lockstep\"");
            case UNAVAILABLE, RATE_LIMITED -> response.putHeader(HttpHeaders.RETRY_AFTER, "1");
            default -> {}
        }
        leaveUnread(ctx);
        send(response, code, code == ErrorCode.NOT_FOUND ? notFound(ctx.request()) : message);
    }

    private static String notFound(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        return "The requested resource " + (path.startsWith(VERSION + "/") ? path.substring(VERSION.length()) : path)
                + " was not found";
    }

    /** A body that nobody wants: a small one is let in and dropped, at a great or endless one the connection ends. */
    private void leaveUnread(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (request.isEnded()) {
            return;
        }
        boolean small = request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null
                && BodyReader.declaredSize(request) <= maxBodySize
                && !(ctx.failure() instanceof SyncException e && e.errorCode() == ErrorCode.REQUEST_TIMEOUT);
        if (!small) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            // not at once: closing over unread data would take the answer away from the client
            ctx.vertx()
                    .setTimer(LINGER.toMillis(), timer -> request.connection().close());
        }
        request.handler(dropped -> {});
        request.resume();
    }

    /** Writes the error body; also of requests that are too broken to be routed. */
    static void send(HttpServerResponse response, ErrorCode code, String message) {
        Buffer body = JsonWriter.object(json -> json.put("code", code.code())
                .put("message", message)
                .put("more_info", MORE_INFO + code.code())
                .put("status", code.httpStatus()));
        if (!response.headers().contains(RequestInfo.HEADER)) { // no handler has seen the request
            response.putHeader(RequestInfo.HEADER, new RequestInfo().id());
        }
        Cors.addTo(response)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .setStatusCode(code.httpStatus())
                .end(body);
    }

    private static String id(RoutingContext ctx) {
        RequestInfo info = ctx.get(RequestInfo.KEY); // none when no handler has seen the request
        return info == null ? "-" : info.id();
    }
}
