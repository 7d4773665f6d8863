package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.write.LockedPresence.Identity;
import io.lockstep.write.LockedPresence.Settings;
import io.lockstep.write.LockedPresence.State;
import io.lockstep.write.PresenceCommand.TellGone;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is decided when the time may have come to tell of a going: whoever looked for it did so before the lock. */
class PresenceBatchTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant SINCE = NOW.minusSeconds(60);
    private static final Sid ACCOUNT = Sid.generate(Sid.Kind.ACCOUNT);
    private static final Sid SERVICE = Sid.generate(Sid.Kind.SERVICE);
    private static final Identity ALICE = new Identity(SERVICE, "alice");

    private static PresenceBatch tellGone(State state, boolean webhooks) {
        PresenceBatch batch = new PresenceBatch(new LockedPresence(
                Map.of(SERVICE, new Settings(ACCOUNT, webhooks, true, Duration.ofSeconds(1))),
                Map.of(ALICE, state),
                Map.of(),
                Set.of(),
                NOW));
        batch.decide(new Write<>(new Caller.Backend(ACCOUNT), SERVICE, new TellGone("alice")));
        return batch;
    }

    @Test
    void aGoingThatIsDueIsToldAndForgotten() {
        PresenceBatch batch = tellGone(new State(0, SINCE, NOW, "phone"), true);

        assertThat(batch.webhooks())
                .singleElement()
                .satisfies(it -> assertThat(it.parameters())
                        .containsEntry("EventType", "endpoint_disconnected")
                        .containsEntry("EndpointId", "phone"));
        assertThat(batch.states().get(ALICE).isNothing()).isTrue();
    }

    @Test
    void oneThatIsDueAgainLaterIsNotToldNow() {
        State state = new State(0, SINCE, NOW.plusMillis(1), "phone");

        PresenceBatch batch = tellGone(state, true);

        assertThat(batch.webhooks()).isEmpty();
        assertThat(batch.states()).containsEntry(ALICE, state);
    }

    @Test
    void whoHasComeBackMeanwhileIsNotToldToHaveGone() {
        State state = new State(1, SINCE, null, null);

        PresenceBatch batch = tellGone(state, true);

        assertThat(batch.webhooks()).isEmpty();
        assertThat(batch.states()).containsEntry(ALICE, state);
    }

    @Test
    void aGoingThatNobodyWantsToHearOfIsForgotten() {
        PresenceBatch batch = tellGone(new State(0, SINCE, NOW, "phone"), false);

        assertThat(batch.webhooks()).isEmpty();
        assertThat(batch.states().get(ALICE).isNothing()).isTrue();
    }
}
