package io.lockstep.rest;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls a request by, so that it can send it again without its being done again.
 *
 * @param fingerprint of the request that it came with
 */
record IdempotencyKey(String text, Buffer fingerprint) {

    private static final CharSequence HEADER = HttpHeaders.createOptimized("Idempotency-Key");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,255}");

    /** The key of a POST; null when it has none, or is no POST. Fails with INVALID_PARAMETER. */
    static @Nullable IdempotencyKey of(HttpServerRequest request, Buffer body) {
        List<String> keys = request.headers().getAll(HEADER);
        if (keys.isEmpty() || !request.method().equals(HttpMethod.POST)) {
            return null;
        }
        String key = keys.get(0);
        if (keys.size() > 1 || !PRINTABLE.matcher(key).matches()) {
            throw new SyncException(
                    ErrorCode.INVALID_PARAMETER, "Idempotency-Key must be one of 1 to 255 printable ASCII characters");
        }
        return new IdempotencyKey(key, fingerprint(request, body));
    }

    /** Of all that says what is to be done, so that another request is told from the same one. */
    private static Buffer fingerprint(HttpServerRequest request, Buffer body) {
        String head = Stream.of(
                        request.method().name(),
                        request.path(),
                        request.query(),
                        request.getHeader(HttpHeaders.IF_MATCH),
                        request.getHeader(HttpHeaders.CONTENT_TYPE)) // of another type a body says nothing
                .map(text -> Objects.requireNonNullElse(text, "") + '\n')
                .collect(Collectors.joining());
        MessageDigest digest = sha256();
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        digest.update(body.getBytes());
        return Buffer.buffer(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
