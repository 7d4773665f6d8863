package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.event.Shards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is noticed of messages that did not arrive. */
class PeersTest {

    private static final UUID NODE = UUID.randomUUID();
    private static final UUID LINK = UUID.randomUUID();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Peers peers = new Peers();
    private final List<Long> sequences = new ArrayList<>(Collections.nCopies(Shards.COUNT, 0L));

    private long beat(long seconds) {
        return peers.heard(new Heartbeat(LINK, NODE, List.copyOf(sequences)), seconds * SECOND);
    }

    @Test
    void whatANewLinkHasSaidBeforeIsInDoubt() {
        assertThat(beat(0)).isEqualTo(Shards.ALL);
        assertThat(beat(1)).isEqualTo(Shards.NONE);
        assertThat(peers.nodes()).containsExactly(NODE);
    }

    @Test
    void messagesInTheirOrderRaiseNoDoubt() {
        beat(0);

        assertThat(peers.received(LINK, 3, 1)).isEqualTo(Shards.NONE);
        assertThat(peers.received(LINK, 3, 2)).isEqualTo(Shards.NONE);
        sequences.set(3, 2L);
        assertThat(beat(1)).isEqualTo(Shards.NONE);
        assertThat(beat(2)).isEqualTo(Shards.NONE);
    }

    @Test
    void aMessageThatIsMissingBeforeAnotherIsNoticedAtOnce() {
        beat(0);
        peers.received(LINK, 3, 1);

        assertThat(peers.received(LINK, 3, 3)).isEqualTo(Shards.only(3));
        assertThat(peers.received(LINK, 3, 4)).isEqualTo(Shards.NONE);
    }

    @Test
    void theLastMessageThatIsMissingIsNoticedByTheSecondHeartbeatAfterIt() {
        beat(0);
        sequences.set(5, 1L);

        assertThat(beat(1)).as("it may be on its way").isEqualTo(Shards.NONE);
        assertThat(beat(2)).isEqualTo(Shards.only(5));
        assertThat(beat(3)).isEqualTo(Shards.NONE);
        assertThat(peers.received(LINK, 5, 1)).as("late, and known of").isEqualTo(Shards.NONE);
        assertThat(peers.received(LINK, 5, 2)).isEqualTo(Shards.NONE);
    }

    @Test
    void aMessageThatTheHeartbeatHasOvertakenRaisesNoDoubt() {
        beat(0);
        sequences.set(5, 1L);
        beat(1);

        assertThat(peers.received(LINK, 5, 1)).isEqualTo(Shards.NONE);
        assertThat(beat(2)).isEqualTo(Shards.NONE);
    }

    @Test
    void whatANodeDidBeforeItFellSilentIsInDoubtOnce() {
        beat(0);

        assertThat(peers.forgetSilent(3 * SECOND)).isEqualTo(Shards.NONE);
        assertThat(peers.forgetSilent(3 * SECOND + 1)).isEqualTo(Shards.ALL);
        assertThat(peers.nodes()).isEmpty();
        assertThat(peers.forgetSilent(9 * SECOND)).isEqualTo(Shards.NONE);
        assertThat(beat(10)).as("when it comes back").isEqualTo(Shards.ALL);
    }

    @Test
    void messagesOfWhomNothingIsKnownYetCountFromItsHeartbeatOn() {
        assertThat(peers.received(LINK, 3, 7)).isEqualTo(Shards.NONE);
        sequences.set(3, 7L);
        assertThat(beat(0)).isEqualTo(Shards.ALL);
        assertThat(peers.received(LINK, 3, 8)).isEqualTo(Shards.NONE);
    }

    @Test
    void noMoreThanSoManyAreRemembered() {
        for (int i = 0; i < 1000; i++) {
            peers.heard(new Heartbeat(UUID.randomUUID(), UUID.randomUUID(), sequences), 0);
        }

        assertThat(peers.nodes()).hasSize(256);
    }
}
