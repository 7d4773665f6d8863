package io.lockstep.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often something may be done, for each of many things: a bucket of tokens each, which holds what may be spent at once
 * and fills at a steady rate. Shared by the event loops of a node. Of more things than it remembers the one that was left
 * alone for longest is forgotten, and has a full bucket again.
 */
public final class TokenBuckets {

    /** No limit. */
    public static final TokenBuckets UNLIMITED = new TokenBuckets(0, 0, () -> 0);

    private static final int REMEMBERED = 100_000;
    private static final double NANOS = 1e9; // in a second

    private final double rate;
    private final double capacity;
    private final LongSupplier clock;
    private final Map<Object, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param rate tokens a second; 0 for no limit
     * @param capacity tokens of a full bucket
     * @param clock nanoseconds, from whenever
     */
    public TokenBuckets(double rate, double capacity, LongSupplier clock) {
        this.rate = rate;
        this.capacity = capacity;
        this.clock = clock;
    }

    /** Takes tokens from the bucket of a thing, unless it holds fewer. Whether it did. */
    public synchronized boolean take(Object thing, double tokens) {
        if (rate == 0) {
            return true;
        }
        long now = clock.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(thing, ignored -> new Bucket(capacity, now));
        bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.filledAt) / NANOS * rate);
        bucket.filledAt = now;
        boolean enough = bucket.tokens >= tokens;
        bucket.tokens -= enough ? tokens : 0;
        return enough;
    }

    private static final class Bucket {

        private double tokens;
        private long filledAt;

        Bucket(double tokens, long filledAt) {
            this.tokens = tokens;
            this.filledAt = filledAt;
        }
    }
}
