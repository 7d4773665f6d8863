package io.lockstep.cluster;

import io.lockstep.event.Shards;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is heard of the other nodes, and what must have been said and was not heard: each method tells of which
 * {@link Shards} that is. Messages of one link about one shard arrive in their order, if they do; what the heartbeat says
 * may overtake them, so it counts when the next one comes.
 */
final class Peers {

    /** After so long without a heartbeat a node is not heard. */
    static final Duration SILENCE = Duration.ofSeconds(3);

    private static final int MAX = 256;

    private final Map<UUID, Peer> peers = new HashMap<>();

    /** A link says that it lives. All shards are in doubt when it is a new one: what it said before is not known. */
    long heard(Heartbeat heartbeat, long nanos) {
        Peer peer = peers.get(heartbeat.link());
        if (peer == null) {
            if (peers.size() < MAX) {
                peers.put(heartbeat.link(), new Peer(heartbeat, nanos));
            }
            return Shards.ALL;
        }
        peer.node = heartbeat.node();
        peer.heardAt = nanos;
        long doubts = Shards.NONE;
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            doubts |= peer.promised(shard, heartbeat.sequences().get(shard));
        }
        return doubts;
    }

    /** A message has arrived; the shard is in doubt when one before it has not. */
    long received(UUID link, int shard, long sequence) {
        Peer peer = peers.get(link);
        if (peer == null || sequence <= peer.last[shard]) {
            return Shards.NONE; // of a new link all is compared as soon as its heartbeat comes
        }
        boolean next = sequence == peer.last[shard] + 1;
        peer.last[shard] = sequence;
        return next ? Shards.NONE : Shards.only(shard);
    }

    /** Forgets who has been silent for too long; what they have committed at last is not known. */
    long forgetSilent(long nanos) {
        boolean any = peers.values().removeIf(peer -> nanos - peer.heardAt > SILENCE.toNanos());
        return any ? Shards.ALL : Shards.NONE;
    }

    /** The nodes that are heard, as the database knows them. */
    Set<UUID> nodes() {
        return peers.values().stream().map(peer -> peer.node).collect(Collectors.toUnmodifiableSet());
    }

    private static final class Peer {

        private final long[] last; // message that arrived, of each shard
        private final long[] promised; // by the heartbeat before
        private UUID node;
        private long heardAt;

        Peer(Heartbeat first, long nanos) {
            this.last = first.sequences().stream().mapToLong(Long::longValue).toArray();
            this.promised = last.clone();
            this.node = first.node();
            this.heardAt = nanos;
        }

        private long promised(int shard, long sequence) {
            boolean missed = last[shard] < promised[shard];
            last[shard] = Math.max(last[shard], promised[shard]);
            promised[shard] = sequence;
            return missed ? Shards.only(shard) : Shards.NONE;
        }
    }
}
