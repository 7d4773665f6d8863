package io.lockstep.realtime;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event loop writes to its sockets before it looks at the network again: each socket is flushed behind all of
 * it, for that is what costs most of a delivery. What has happened is told at the end, and when it has to one object only,
 * socket by socket: each is at hand once then, and not again for its flush.
 */
final class Turn {

    private final Vertx vertx;
    private final RealtimeListener listener;
    private final Runnable telling;
    private final List<Outgoing> written = new ArrayList<>();
    private final List<Frame> used = new ArrayList<>();
    private int notifications;
    private boolean begun;
    private long begunAt;
    private int flushedLast = Integer.MAX_VALUE; // how many of those that were written to, from the first on

    /**
     * @param telling what has happened meanwhile
     */
    Turn(Vertx vertx, RealtimeListener listener, Runnable telling) {
        this.vertx = vertx;
        this.listener = listener;
        this.telling = telling;
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

    /** By {@link System#nanoTime}, for all that is written in it: a clock costs as much as a packet. */
    long begunAt() {
        return begunAt;
    }

    /** There is something to be done at the end. */
    void begin() {
        if (!begun) {
            begun = true;
            begunAt = System.nanoTime();
            vertx.runOnContext(ignored -> end()); // behind what waits on the event loop already
        }
    }

    /** Flushes each socket as soon as it is told, but for those that were written to already. */
    void flushEach(Runnable tell) {
        flushedLast = written.size();
        try {
            tell.run();
        } finally {
            flushedLast = Integer.MAX_VALUE;
        }
    }

    /** A socket was told all that has happened to an object. */
    void flushTold() {
        while (written.size() > flushedLast) {
            written.remove(written.size() - 1).flush();
        }
    }

    private void end() {
        try {
            telling.run();
        } finally {
            begun = false;
            flush();
        }
    }

    /** What is written meanwhile is of the next one: a flush may close its socket, of which others are told. */
    private void flush() {
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
