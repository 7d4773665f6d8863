package io.lockstep.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {

    @Test
    void leavesOutWhatIsLessThanASecond() {
        assertThat(Timestamps.seconds(Instant.parse("2026-01-31T12:00:00.999999Z")))
                .isEqualTo("2026-01-31T12:00:00Z");
        assertThat(Timestamps.seconds(Instant.parse("2028-02-29T23:59:59Z"))).isEqualTo("2028-02-29T23:59:59Z");
        assertThat(Timestamps.secondsOrNull(null)).isNull();
    }

    @Test
    void writesEveryMomentAsTheStandardLibraryDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Instant instant =
                    Instant.ofEpochSecond(random.nextLong(0, 253_402_300_800L), random.nextInt(1_000_000_000));

            assertThat(Timestamps.seconds(instant))
                    .as("seed %d", seed)
                    .isEqualTo(instant.truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }
}
