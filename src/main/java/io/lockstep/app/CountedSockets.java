package io.lockstep.app;

import io.lockstep.ops.SocketMetrics;
import io.lockstep.realtime.RealtimeListener;
import java.time.Duration;

/** Counts what happens on sockets. */
record CountedSockets(SocketMetrics metrics) implements RealtimeListener {

    @Override
    public void opened() {
        metrics.opened();
    }

    @Override
    public void closed(String reason) {
        metrics.closed(reason);
    }

    @Override
    public void subscriptions(int difference) {
        metrics.subscriptions(difference);
    }

    @Override
    public void requested(String method, int status, Duration latency) {
        metrics.requested(method, status, latency);
    }

    @Override
    public void sent(int packets) {
        metrics.sent(packets);
    }

    @Override
    public void told(Duration sinceCommit) {
        metrics.told(sinceCommit);
    }

    @Override
    public void replayed(int events) {
        metrics.replayed(events);
    }

    @Override
    public void gapMended() {
        metrics.gapMended();
    }

    @Override
    public void queued(long bytes) {
        metrics.queued(bytes);
    }
}
