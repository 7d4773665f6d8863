package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {

    private static final long SECOND = 1_000_000_000; // nanoseconds

    private final AtomicLong clock = new AtomicLong(-5 * SECOND); // a clock may begin anywhere
    private final TokenBuckets buckets = new TokenBuckets(2, 6, clock::get);

    @Test
    void aNewBucketIsFull() {
        assertThat(takeAll("a")).isEqualTo(6);
    }

    @Test
    void eachThingHasABucketOfItsOwn() {
        takeAll("a");

        assertThat(takeAll("b")).isEqualTo(6);
    }

    @Test
    void aBucketFillsAtItsRate() {
        takeAll("a");

        clock.addAndGet(SECOND / 2 - 1);
        assertThat(buckets.take("a", 1)).isFalse();
        clock.addAndGet(1);
        assertThat(buckets.take("a", 1)).isTrue();
        assertThat(buckets.take("a", 1)).isFalse();
        clock.addAndGet(2 * SECOND);
        assertThat(takeAll("a")).isEqualTo(4);
    }

    @Test
    void whatIsAskedInVainIsNotTaken() {
        takeAll("a");
        for (int i = 0; i < 10; i++) {
            clock.addAndGet(SECOND / 10);
            buckets.take("a", 6);
        }

        assertThat(takeAll("a")).isEqualTo(2);
    }

    @Test
    void aBucketHoldsNoMoreThanItsCapacity() {
        takeAll("a");

        clock.addAndGet(3600 * SECOND);

        assertThat(takeAll("a")).isEqualTo(6);
    }

    @Test
    void severalTokensAreTakenAtOnceOrNone() {
        assertThat(buckets.take("a", 4.5)).isTrue();
        assertThat(buckets.take("a", 2)).isFalse();
        assertThat(buckets.take("a", 1.5)).isTrue();
        assertThat(buckets.take("a", 7)).isFalse();
    }

    @Test
    void withoutARateThereIsNoLimit() {
        TokenBuckets unlimited = new TokenBuckets(0, 0, clock::get);

        assertThat(unlimited.take("a", 1e9)).isTrue();
        assertThat(TokenBuckets.UNLIMITED.take("a", 1e9)).isTrue();
    }

    @Test
    void ofTooManyThingsTheOneThatWasLeftAloneForLongestIsForgotten() {
        takeAll("first");
        takeAll("second");
        buckets.take("first", 1);
        for (int i = 0; i < 99_999; i++) {
            buckets.take(i, 1);
        }

        assertThat(buckets.take("first", 1)).isFalse();
        assertThat(takeAll("second")).isEqualTo(6);
    }

    private int takeAll(Object thing) {
        int taken = 0;
        while (buckets.take(thing, 1)) {
            taken++;
        }
        return taken;
    }
}
