package io.lockstep.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of the traffic between nodes. */
public final class ClusterMetrics {

    private final AtomicInteger peers = new AtomicInteger();
    private final Counter sentMessages;
    private final Counter sentChanges;
    private final Counter sentBytes;
    private final Counter receivedMessages;
    private final Counter receivedChanges;
    private final Counter receivedBytes;
    private final Counter missed;

    ClusterMetrics(MeterRegistry registry) {
        Gauge.builder("lockstep.cluster.peers", peers, AtomicInteger::get)
                .description("Other nodes that are heard")
                .register(registry);
        sentMessages = counter(registry, "sent.messages", "Messages about changes that were sent to the other nodes");
        sentChanges = counter(registry, "sent.changes", "Changes in them");
        sentBytes = counter(registry, "sent.bytes", "Bytes of them, sent once");
        receivedMessages = counter(registry, "received.messages", "Messages about changes that other nodes sent");
        receivedChanges = counter(registry, "received.changes", "Changes in them");
        receivedBytes = counter(registry, "received.bytes", "Bytes of them");
        missed = counter(
                registry,
                "missed",
                "How often messages may have been missed, and what is followed was compared with the rows");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("lockstep.cluster." + name)
                .description(description)
                .register(registry);
    }

    /** How many other nodes are heard. */
    public void peers(int heard) {
        peers.set(heard);
    }

    /** A message was sent to those who listen. */
    public void sent(int changes, int bytes) {
        sentMessages.increment();
        sentChanges.increment(changes);
        sentBytes.increment(bytes);
    }

    /** A message of another node has arrived. */
    public void received(int changes, int bytes) {
        receivedMessages.increment();
        receivedChanges.increment(changes);
        receivedBytes.increment(bytes);
    }

    /** Something may have been missed. */
    public void missed() {
        missed.increment();
    }
}
