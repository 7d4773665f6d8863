package io.lockstep.rest;

import io.lockstep.error.ErrorCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Answers what is no HTTP, or has too long a line or too many headers, and closes. */
final class MalformedRequestHandler implements Handler<HttpServerRequest> {

    private static final Duration LINGER = Duration.ofMillis(500);

    private final Vertx vertx;

    MalformedRequestHandler(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ErrorCode code = ErrorCode.MALFORMED_REQUEST;
        if (cause instanceof TooLongHttpLineException) {
            code = ErrorCode.URI_TOO_LONG;
        } else if (cause instanceof TooLongHttpHeaderException) {
            code = ErrorCode.HEADERS_TOO_LARGE;
        }
        request.response().putHeader("Connection", "close");
        FailureHandler.send(request.response(), code, "Malformed request");
        // not at once: closing over unread data would take the answer away from the client
        vertx.setTimer(LINGER.toMillis(), timer -> request.connection().close());
    }
}
