package io.lockstep.api;

import java.util.concurrent.ThreadLocalRandom;

/** What the log and the metrics say of one request: never its payload, its credentials or its query. */
public final class RequestInfo {

    /** Under which the routing context holds it. */
    public static final String KEY = "lockstep.request";

    private static final String PREFIX = "RQ";
    private static final String UNROUTED = "none";

    private final String id;
    private final long startedAt = System.nanoTime();
    private String route = UNROUTED;

    /** A request that arrives now. */
    public RequestInfo() {
        ThreadLocalRandom random = ThreadLocalRandom.current(); // a label, not a secret
        java.util.HexFormat hex = java.util.HexFormat.of();
        id = PREFIX + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    /** As the response's {@code Twilio-Request-Id} tells it. */
    public String id() {
        return id;
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
