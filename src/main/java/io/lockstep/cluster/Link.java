package io.lockstep.cluster;

import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.model.Change;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One membership of the cluster, from its beginning to its end: sends what this node commits, by shard, and listens to what
 * the others send. All of it happens on one event loop of the clustered Vert.x.
 */
final class Link {

    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private static final String HEARTBEATS = "lockstep.heartbeats";
    private static final String SHARD = "lockstep.shards.";
    private static final long MAX_UNSENT = 64L << 20; // bytes
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final UUID id = UUID.randomUUID();
    private final Vertx vertx;
    private final Parts parts;
    private final Context context;
    private final EventBus bus;
    private final Peers peers = new Peers();
    private final long[] sequences = new long[Shards.COUNT];
    private volatile Set<UUID> heard = Set.of();
    private final List<MessageProducer<Buffer>> publishers = new ArrayList<>(); // by shard
    private long unsent; // bytes
    private long doubts = Shards.NONE; // that are still to be passed on
    private long doubtedAt = System.nanoTime() - HEARTBEAT.toNanos();
    private boolean complained;

    Link(Vertx vertx, Parts parts) {
        this.vertx = vertx;
        this.parts = parts;
        this.context = vertx.getOrCreateContext();
        this.bus = vertx.eventBus();
    }

    /** Succeeds when the others know that this node listens: before it has anybody to tell. */
    Future<Void> start() {
        Promise<Void> started = Promise.promise();
        context.runOnContext(ignored -> {
            List<Future<Void>> listening = new ArrayList<>();
            listening.add(bus.<Buffer>consumer(HEARTBEATS, message -> heartbeat(message.body()))
                    .completion());
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                int number = shard;
                publishers.add(bus.publisher(SHARD + shard));
                listening.add(bus.<Buffer>consumer(SHARD + shard, message -> received(number, message.body()))
                        .completion());
            }
            Future.all(listening).<Void>mapEmpty().onComplete(started);
            vertx.setPeriodic(HEARTBEAT.toMillis(), timer -> beat());
            beat();
        });
        return started.future();
    }

    /** The nodes that are heard at present. */
    Set<UUID> heard() {
        return heard;
    }

    /** Leaves the cluster. */
    Future<Void> stop() {
        return vertx.close();
    }

    /** Sends what the outbox holds, in one turn of the event loop. */
    void send(Outgoing outgoing) {
        context.runOnContext(ignored -> {
            Outgoing.Batch batch = outgoing.take();
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                if (Shards.contains(batch.lost(), shard)) {
                    sequences[shard]++; // so that the others notice
                }
                List<Change> changes = batch.of(shard);
                if (!changes.isEmpty()) {
                    send(shard, changes, System.nanoTime() - batch.committedAt());
                }
            }
            if (batch.more()) {
                send(outgoing);
            }
        });
    }

    /** What waits for too long is left out, as the others notice. */
    private void send(int shard, List<Change> changes, long age) {
        sequences[shard]++;
        if (!heard.isEmpty() && unsent < MAX_UNSENT) {
            Buffer message = new ShardMessage(id, shard, sequences[shard], age, changes).encode();
            int length = message.length();
            unsent += length;
            publishers.get(shard).write(message).onComplete(ignored -> context.runOnContext(it -> unsent -= length));
            parts.own().listener().sent(changes.size(), length);
        }
    }

    private void beat() {
        bus.publish(
                HEARTBEATS,
                new Heartbeat(
                                id,
                                parts.own().node().get(),
                                LongStream.of(sequences).boxed().toList())
                        .encode());
        doubt(peers.forgetSilent(System.nanoTime()));
        note(peers.nodes());
    }

    private void heartbeat(Buffer message) {
        try {
            Heartbeat heartbeat = Heartbeat.decode(message);
            if (!heartbeat.link().equals(id)) {
                doubt(peers.heard(heartbeat, System.nanoTime()));
                note(peers.nodes());
            }
        } catch (MalformedMessageException e) {
            complain(e);
        }
    }

    private void note(Set<UUID> nodes) {
        if (!nodes.equals(heard)) {
            log.info("other nodes heard: {}", nodes.size());
            heard = nodes;
            parts.own().listener().peers(nodes.size());
        }
    }

    private void received(int shard, Buffer message) {
        try {
            if (ShardMessage.link(message).equals(id)) {
                return;
            }
            ShardMessage arrived = ShardMessage.decode(message);
            long doubts = peers.received(arrived.link(), arrived.shard(), arrived.sequence());
            parts.own().listener().received(arrived.changes().size(), message.length());
            parts.changes().accept(new Changes(arrived.changes(), System.nanoTime() - Math.max(0, arrived.age())));
            doubt(doubts);
        } catch (MalformedMessageException e) {
            complain(e);
            doubt(Shards.only(shard));
        }
    }

    /** Once: nodes of two versions would else fill the log. */
    private void complain(MalformedMessageException cause) {
        if (!complained) {
            complained = true;
            log.warn(
                    "a message of another node cannot be read ({}), perhaps its version is another; what it may have"
                            + " told is read from the database",
                    cause.getMessage());
        }
    }

    /** Passed on at once, but not more than once a second: each costs reading. */
    private void doubt(long shards) {
        doubts |= shards;
        long now = System.nanoTime();
        if (doubts != Shards.NONE && now - doubtedAt >= HEARTBEAT.toNanos()) {
            doubtedAt = now;
            parts.own().listener().missed();
            parts.doubts().accept(doubts);
            doubts = Shards.NONE;
        }
    }

    /**
     * What a link belongs to.
     *
     * @param changes is told what other nodes have committed
     * @param doubts is told in which shards something may have been missed
     */
    record Parts(Cluster.Node own, Consumer<Changes> changes, LongConsumer doubts) {}
}
