package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What waits to be sent to the other nodes. */
class OutgoingTest {

    private static final Caller CALLER = new Caller.Backend(Sid.generate(Sid.Kind.ACCOUNT));

    private final Outgoing outgoing = new Outgoing();

    private static Changes update(int shard, long eventId) {
        Sid sid = new Sid(Sid.Kind.DOCUMENT, new UUID(0, shard));
        Instant now = Instant.EPOCH;
        Document document = new Document(
                sid, Sid.generate(Sid.Kind.SERVICE), null, JsonText.EMPTY_OBJECT, eventId, "", now, now, null);
        return new Changes(List.of(new Change.DocumentUpdated(document, CALLER)), eventId);
    }

    @Test
    void theFirstOfSeveralIsToldThatSomebodyHasToCome() {
        assertThat(outgoing.add(update(1, 1))).isTrue();
        assertThat(outgoing.add(update(1, 2))).isFalse();

        Outgoing.Batch batch = outgoing.take();

        assertThat(batch.of(1)).extracting(Change::eventId).containsExactly(1L, 2L);
        assertThat(batch.of(2)).isEmpty();
        assertThat(batch.committedAt()).isEqualTo(1);
        assertThat(batch.more()).isFalse();
        assertThat(outgoing.add(update(1, 3))).isTrue();
    }

    @Test
    void creationsAreNotSentForNobodyFollowsWhatWasNotThere() {
        Document document = (Document) update(1, 1).changes().get(0).object();
        outgoing.add(new Changes(List.of(new Change.ObjectCreated(document, CALLER)), 1));

        assertThat(outgoing.take().of(1)).isEmpty();
    }

    @Test
    void whatDoesNotFitIsDroppedAndItsShardRemembered() {
        for (int i = 0; i < 8192; i++) {
            outgoing.add(update(1, i));
        }
        assertThat(outgoing.add(update(2, 1))).isTrue();

        Outgoing.Batch batch = outgoing.take();

        assertThat(batch.of(1)).hasSize(8192);
        assertThat(batch.of(2)).isEmpty();
        assertThat(batch.lost()).isEqualTo(Shards.only(2));
        assertThat(outgoing.take().lost()).isEqualTo(Shards.NONE);
    }
}
