package io.lockstep.realtime;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event loop writes to its sockets before it looks at the network again: each socket is flushed once, behind all of
 * it, for that is what costs most of a delivery.
 */
final class Turn {

    private final Vertx vertx;
    private final RealtimeListener listener;
    private final List<Outgoing> written = new ArrayList<>();
    private final List<Frame> used = new ArrayList<>();
    private int notifications;
    private boolean begun;
    private long begunAt;

    Turn(Vertx vertx, RealtimeListener listener) {
        this.vertx = vertx;
        this.listener = listener;
    }

    /** Something was written that is to be flushed. */
    void wrote(Outgoing outgoing) {
        begin();
        written.add(outgoing);
    }

    /** The bytes of a frame are shared until the end. */
    void uses(Frame frame) {
        begin();
        used.add(frame);
    }

    /** What was written is a notification. */
    void notified() {
        begin();
        notifications++;
    }

    /** When the first of what is to be flushed was written, by {@link System#nanoTime}: a clock costs as much as a packet. */
    long begunAt() {
        return begunAt;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            begunAt = System.nanoTime();
            vertx.runOnContext(ignored -> end()); // behind what waits on the event loop already
        }
    }

    /** What is written meanwhile is of the next one: a flush may close its socket, of which others are told. */
    private void end() {
        begun = false;
        List<Outgoing> sockets = List.copyOf(written);
        List<Frame> frames = List.copyOf(used);
        written.clear();
        used.clear();
        sockets.forEach(Outgoing::flush);
        frames.forEach(Frame::release);
        listener.sent(notifications);
        notifications = 0;
    }
}
