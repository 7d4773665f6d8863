package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.event.Shards;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.StreamMessage;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.model.SyncStream;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What nodes tell one another, on the wire. */
class MessagesTest {

    private static final Sid SERVICE = Sid.generate(Sid.Kind.SERVICE);
    private static final Sid ACCOUNT = Sid.generate(Sid.Kind.ACCOUNT);
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.123456Z");
    private static final Caller BACKEND = new Caller.Backend(ACCOUNT);
    private static final Caller CLIENT = new Caller.Client(ACCOUNT, SERVICE, "älice \uD83D\uDE00", "0123456789abcdef");
    private static final JsonText DATA = new JsonText("{\"ä\":\"\uD83D\uDE00\",\"n\":1.0}");

    private static final Document DOCUMENT = new Document(
            Sid.generate(Sid.Kind.DOCUMENT), SERVICE, "a name", DATA, 7, "alice", NOW, NOW.plusNanos(1), null);
    private static final SyncCollection LIST = new SyncCollection(
            Sid.generate(Sid.Kind.LIST), SERVICE, null, 41, 12, "system", NOW, NOW, NOW.plusSeconds(60));
    private static final SyncCollection MAP =
            new SyncCollection(Sid.generate(Sid.Kind.MAP), SERVICE, "m", Long.MAX_VALUE, 0, "system", NOW, NOW, null);
    private static final SyncStream STREAM =
            new SyncStream(Sid.generate(Sid.Kind.STREAM), SERVICE, null, "system", NOW, NOW, null);

    private static final List<Change> EVERY_KIND = List.of(
            new Change.ObjectCreated(DOCUMENT, BACKEND),
            new Change.DocumentUpdated(DOCUMENT, CLIENT),
            new Change.ObjectRemoved(DOCUMENT, CLIENT, NOW),
            new Change.ObjectRemoved(MAP, BACKEND, NOW),
            new Change.ObjectRemoved(STREAM, BACKEND, NOW),
            new Change.ItemAdded(LIST, item(LIST, new ItemKey.Index(11)), BACKEND),
            new Change.ItemUpdated(MAP, item(MAP, new ItemKey.Key("")), CLIENT),
            new Change.ItemRemoved(MAP, item(MAP, new ItemKey.Key("ключ")), BACKEND),
            new Change.MessagePublished(STREAM, new StreamMessage(Sid.generate(Sid.Kind.MESSAGE), DATA), CLIENT, NOW));

    private static SyncItem item(SyncCollection collection, ItemKey key) {
        return new SyncItem(
                SERVICE, collection.sid(), key, DATA, 41, 40, "bob", NOW, NOW.plusSeconds(1), NOW.plusSeconds(2));
    }

    @Test
    void everyKindOfChangeArrivesAsItWasSent() {
        ShardMessage sent = new ShardMessage(UUID.randomUUID(), 15, 4711, 99, EVERY_KIND);

        assertThat(ShardMessage.decode(sent.encode())).isEqualTo(sent);
        assertThat(ShardMessage.link(sent.encode())).isEqualTo(sent.link());
    }

    @Test
    void aHeartbeatArrivesAsItWasSent() {
        Heartbeat sent =
                new Heartbeat(UUID.randomUUID(), UUID.randomUUID(), Collections.nCopies(Shards.COUNT, 1L << 40));

        assertThat(Heartbeat.decode(sent.encode())).isEqualTo(sent);
    }

    @Test
    void anotherVersionIsNotRead() {
        Buffer message = new ShardMessage(UUID.randomUUID(), 0, 1, 1, EVERY_KIND).encode();
        message.setByte(0, (byte) 2);

        assertThatThrownBy(() -> ShardMessage.decode(message)).isInstanceOf(MalformedMessageException.class);
    }

    /** Nothing but the one failure escapes, and nothing is allocated for lengths that are not there. */
    @Test
    void whatIsAlteredOrCutIsReadOrRefused() {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        Random random = new Random(seed);
        Buffer whole = new ShardMessage(UUID.randomUUID(), 3, 1, 1, EVERY_KIND).encode();
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            Buffer altered = whole.getBuffer(
                            0, random.nextInt(10) == 0 ? random.nextInt(whole.length()) : whole.length())
                    .copy();
            for (int j = random.nextInt(4); j >= 0 && altered.length() > 0; j--) {
                altered.setByte(random.nextInt(altered.length()), (byte) random.nextInt(256));
            }
            try {
                ShardMessage.decode(altered);
            } catch (MalformedMessageException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).as("seed " + seed).isGreaterThan(1000);
    }
}
