package io.lockstep.rest;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request, up to a size and within a time. */
final class BodyReader {

    private final Vertx vertx;
    private final int maxSize;
    private final Duration timeout;

    /**
     * @param maxSize in bytes
     */
    BodyReader(Vertx vertx, int maxSize, Duration timeout) {
        this.vertx = vertx;
        this.maxSize = maxSize;
        this.timeout = timeout;
    }

    /** Fails with BODY_TOO_LARGE or REQUEST_TIMEOUT; the request is paused and has no handlers yet. */
    Future<Buffer> read(HttpServerRequest request) {
        if (declaredSize(request) > maxSize) {
            return Future.failedFuture(tooLarge());
        }
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            request.response().writeContinue(); // not before: a stranger's body is not asked for
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> append(whole, body, chunk));
        request.endHandler(ignored -> whole.tryComplete(body));
        request.exceptionHandler(cause -> whole.tryFail(clientGone(cause) ? cause : malformed()));
        request.resume();
        return hasBody(request) ? withTimeout(whole) : whole.future();
    }

    /** Without one the request has ended with its head. */
    private static boolean hasBody(HttpServerRequest request) {
        return declaredSize(request) != 0 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private Future<Buffer> withTimeout(Promise<Buffer> whole) {
        long timer = vertx.setTimer(
                timeout.toMillis(),
                id -> whole.tryFail(new SyncException(ErrorCode.REQUEST_TIMEOUT, "The body took too long to arrive")));
        return whole.future().andThen(ignored -> vertx.cancelTimer(timer));
    }

    private void append(Promise<Buffer> whole, Buffer body, Buffer chunk) {
        if (body.length() + chunk.length() <= maxSize) {
            body.appendBuffer(chunk);
        } else {
            whole.tryFail(tooLarge());
        }
    }

    /** What {@code Content-Length} says; 0 when it says nothing. */
    static long declaredSize(HttpServerRequest request) {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // more digits than any limit has
        }
    }

    private static SyncException malformed() {
        return new SyncException(ErrorCode.MALFORMED_REQUEST, "Malformed request");
    }

    private SyncException tooLarge() {
        return new SyncException(ErrorCode.BODY_TOO_LARGE, "The request body is larger than " + maxSize + " bytes");
    }

    /** Whether a failure is only that the client went away in the middle of its body. */
    static boolean clientGone(Throwable cause) {
        return cause instanceof IOException || cause instanceof HttpClosedException;
    }
}
