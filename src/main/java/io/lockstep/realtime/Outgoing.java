package io.lockstep.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** What a socket has still to take, counted in bytes, so that one that does not is noticed. */
final class Outgoing {

    private static final long MAX = 4 << 20; // bytes
    private static final long LOW = 256 << 10; // bytes: room for more of what can wait
    private static final int FLUSHED = 64 << 10; // bytes: so much does not wait for the end of the turn

    private final Wire wire;
    private final Turn turn;
    private int unflushed; // bytes
    private long lastSentAt = System.nanoTime();

    Outgoing(Wire wire, Turn turn) {
        this.wire = wire;
        this.turn = turn;
    }

    /** Whether there is room for more. */
    boolean hasRoom() {
        return wire.pending() < MAX;
    }

    /** By {@link System#nanoTime}. */
    long lastSentAt() {
        return lastSentAt;
    }

    /** Bytes. */
    long pending() {
        return wire.pending();
    }

    /** One packet is one message; nothing is sent when the socket is closed, or about to be. */
    void send(Frame packet) {
        if (unflushed == 0) {
            turn.wrote(this);
            lastSentAt = turn.begunAt();
        }
        wire.write(packet, turn);
        unflushed += packet.length();
        if (unflushed >= FLUSHED) {
            wire.flush();
            unflushed = 0;
        }
    }

    /** At the end of a turn. */
    void flush() {
        unflushed = 0;
        wire.flush();
    }

    /** All that was given is sent. It fails when the socket closes before. */
    Future<Void> sent() {
        return wire.sent();
    }

    /** There is room for what can wait; at once when there is. It never comes once the socket has closed. */
    Future<Void> drained() {
        if (wire.pending() <= LOW) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        wire.sent().onSuccess(promise::complete);
        return promise.future();
    }

    /** Closes without a word. */
    void cut() {
        wire.cut();
    }
}
