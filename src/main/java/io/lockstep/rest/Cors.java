package io.lockstep.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * The cross-origin headers that Twilio's OpenAPI description declares on every success. Any origin may call; credentials
 * travel in the Authorization header, never in a cookie, so {@code Allow-Credentials} stays away: browsers refuse it
 * beside an origin of {@code *}.
 */
final class Cors {

    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence METHODS = HttpHeaders.createOptimized("GET, POST, DELETE, OPTIONS");
    private static final CharSequence HEADERS =
            HttpHeaders.createOptimized("Accept, Authorization, Content-Type, Idempotency-Key, If-Match, User-Agent");
    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("ETag, Idempotent-Replayed, Retry-After, Twilio-Request-Id");

    private Cors() {}

    static HttpServerResponse addTo(HttpServerResponse response) {
        response.headers()
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY)
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
                .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        return response;
    }
}
