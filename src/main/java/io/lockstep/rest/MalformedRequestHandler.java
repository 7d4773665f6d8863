package io.lockstep.rest;

import io.lockstep.error.ErrorCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers what is no HTTP, or has too long a line or too many headers, and closes. */
final class MalformedRequestHandler implements Handler<HttpServerRequest> {

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
        request.connection().close();
    }
}
