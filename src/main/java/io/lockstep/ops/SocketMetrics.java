package io.lockstep.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of clients' sockets, for all event loops together. */
public final class SocketMetrics {

    private final MeterRegistry registry;
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong subscriptions = new AtomicLong();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Counter events;
    private final Counter gaps;
    private final Timer told;
    private final DistributionSummary replays;
    private final Map<String, Counter> closed = new ConcurrentHashMap<>();
    private final Map<String, Timer> requests = new ConcurrentHashMap<>();

    SocketMetrics(MeterRegistry registry) {
        this.registry = registry;
        gauge("lockstep.socket.connections", open, "Sockets of clients that are open");
        gauge("lockstep.socket.subscriptions", subscriptions, "Objects that clients follow, a socket each");
        gauge("lockstep.socket.queue.bytes", queuedBytes, "Bytes that sockets have still to take");
        events = Counter.builder("lockstep.socket.events")
                .description("Packets with events that were handed to sockets")
                .register(registry);
        gaps = Counter.builder("lockstep.socket.gaps")
                .description("Changes that did not arrive in time and were read from the rows")
                .register(registry);
        told = Timer.builder("lockstep.socket.commit.to.socket")
                .description("From the commit of a change until its events were handed to the sockets of an event loop")
                .serviceLevelObjectives(Metrics.LATENCIES)
                .register(registry);
        replays = DistributionSummary.builder("lockstep.socket.replay.events")
                .description("Missed events that a subscription was told")
                .register(registry);
    }

    private void gauge(String name, AtomicLong value, String description) {
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    }

    /** A socket was opened. */
    public void opened() {
        open.incrementAndGet();
    }

    /**
     * A socket was closed.
     *
     * @param reason one of a few words
     */
    public void closed(String reason) {
        open.decrementAndGet();
        closed.computeIfAbsent(
                        reason,
                        word -> Counter.builder("lockstep.socket.closed")
                                .description("Sockets that were closed, by why; the client does it, or the server")
                                .tag("reason", word)
                                .register(registry))
                .increment();
    }

    /** Subscriptions have come, or gone when it is negative. */
    public void subscriptions(int difference) {
        subscriptions.addAndGet(difference);
    }

    /**
     * An HTTP request over a socket was answered.
     *
     * @param method one of a few words
     */
    public void requested(String method, int status, Duration latency) {
        requests.computeIfAbsent(
                        method + status,
                        key -> Timer.builder("lockstep.socket.requests")
                                .description("HTTP requests over sockets")
                                .serviceLevelObjectives(Metrics.LATENCIES)
                                .tags("method", method, "status", Integer.toString(status))
                                .register(registry))
                .record(latency);
    }

    /** Packets with events were handed to sockets. */
    public void sent(int packets) {
        events.increment(packets);
    }

    /** The sockets of an event loop were told of a transaction. */
    public void told(Duration sinceCommit) {
        told.record(sinceCommit);
    }

    /** A subscription was told what it had missed. */
    public void replayed(int count) {
        replays.record(count);
    }

    /** A change had to be read from the rows. */
    public void gapMended() {
        gaps.increment();
    }

    /** Bytes wait to be taken, or were taken when it is negative. */
    public void queued(long bytes) {
        queuedBytes.addAndGet(bytes);
    }
}
