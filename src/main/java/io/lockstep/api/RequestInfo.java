package io.lockstep.api;

import io.vertx.core.http.HttpHeaders;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What the log and the metrics say of one request: never its payload, its credentials or its query. */
public final class RequestInfo {

    /** Under which the routing context holds it. */
    public static final String KEY = "lockstep.request";

    /** The response header that tells its id. */
    public static final CharSequence HEADER = HttpHeaders.createOptimized("Twilio-Request-Id");

    private static final HexFormat HEX = HexFormat.of();
    private static final String PREFIX = "RQ";
    private static final String UNROUTED = "none";

    private final String id;
    private final long startedAt = System.nanoTime();
    private String route = UNROUTED;

    /** A request that arrives now. */
    public RequestInfo() {
        ThreadLocalRandom random = ThreadLocalRandom.current(); // a label, not a secret
        id = PREFIX + HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }

    /** As the response's {@code Twilio-Request-Id} tells it. */
    public String id() {
        return id;
    }

    /** Text of a client's for a log, without what could steer a terminal. */
    public static String printable(@Nullable String text) {
        if (text == null) {
            return "";
        }
        boolean plain = text.chars().noneMatch(Character::isISOControl);
        return plain ? text : text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Since the head of the request had arrived. */
    public long nanosSinceStart() {
        return System.nanoTime() - startedAt;
    }

    /** The template of the path, so that there are few of them; {@code none} while no route has matched. */
    public String route() {
        return route;
    }

    /** A route has matched. */
    public void matched(String template) {
        route = template;
    }
}
