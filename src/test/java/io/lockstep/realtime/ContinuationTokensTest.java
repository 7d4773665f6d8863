package io.lockstep.realtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Sid;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ContinuationTokensTest {

    private static final Sid SERVICE = requireNonNull(Sid.parse(Sid.Kind.SERVICE, "IS" + "0a".repeat(16)));

    private static ContinuationTokens tokens(long epoch) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        return new ContinuationTokens(key, epoch);
    }

    private static String storageId(long epoch) {
        return tokens(epoch).storageId(SERVICE, "alice");
    }

    /** What browsers have kept they find again after an upgrade. */
    @Test
    void theStorageIdOfADatabaseThatWasNeverRestoredIsThatOfEarlierVersions() {
        assertThat(storageId(0)).isEqualTo("6S0buDLNNPneCA3GZit-p1rm0EobMJYKySRw_xrfkYA");
    }

    @Test
    void everyEpochHasAStorageIdOfItsOwn() {
        assertThat(LongStream.of(0, 1, 2, 11, 1_795_000_000_000L).mapToObj(ContinuationTokensTest::storageId))
                .doesNotHaveDuplicates();
        assertThat(storageId(1)).isEqualTo(storageId(1));
    }

    @Test
    void anEndpointIsTheSameInEveryEpoch() {
        ContinuationTokens before = tokens(0);
        String endpoint = before.newEndpoint();

        String token = before.issue(endpoint, SERVICE, "alice");

        assertThat(tokens(1).endpoint(token, SERVICE, "alice")).isEqualTo(endpoint);
    }
}
