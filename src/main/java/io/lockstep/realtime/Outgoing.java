package io.lockstep.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a socket has still to take, counted in bytes, so that one that does not is noticed. */
final class Outgoing {

    private static final long MAX = 4 << 20; // bytes
    private static final long LOW = 256 << 10; // bytes: room for more of what can wait

    private final ServerWebSocket socket;
    private final RealtimeListener listener;
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private long pending;
    private long lastSentAt = System.nanoTime();

    Outgoing(ServerWebSocket socket, RealtimeListener listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /** Whether there is room for more. */
    boolean hasRoom() {
        return pending < MAX;
    }

    /** By {@link System#nanoTime}. */
    long lastSentAt() {
        return lastSentAt;
    }

    /** One packet is one message; null when the socket is closed. */
    @Nullable
    Future<Void> send(Buffer packet) {
        if (socket.isClosed()) {
            return null;
        }
        lastSentAt = System.nanoTime();
        add(packet.length());
        Future<Void> written = socket.writeFinalBinaryFrame(packet);
        return written.onComplete(done -> {
            add(-packet.length());
            if (pending <= LOW && !waiting.isEmpty()) {
                List<Promise<Void>> ready = List.copyOf(waiting);
                waiting.clear();
                ready.forEach(Promise::complete);
            }
        });
    }

    private void add(long bytes) {
        pending += bytes;
        listener.queued(bytes);
    }

    /** There is room for what can wait; at once when there is. It never comes once the socket has closed. */
    Future<Void> drained() {
        if (pending <= LOW) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
    }
}
