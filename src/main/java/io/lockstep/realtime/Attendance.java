package io.lockstep.realtime;

import io.lockstep.model.ClientSocket;
import io.lockstep.store.PresenceRepository;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is stored of who is connected in step with the sockets of one event loop. What cannot be written is written
 * later; when the others have given up this node, all of it is written anew.
 */
final class Attendance {

    private static final Logger log = LoggerFactory.getLogger(Attendance.class);

    private static final int MAX_UNDER_WAY = 512; // writes, of which a lane makes batches

    private final PresenceRepository presence;
    private final Supplier<UUID> node;
    private final Map<UUID, Entry> entries = new HashMap<>(); // the sockets, and those whose end is still to be written
    private final Queue<Entry> due = new ArrayDeque<>();
    private int underWay;
    private boolean failing;
    private @Nullable Promise<Void> empty;

    /**
     * @param node which this one is, as the others know it
     */
    Attendance(PresenceRepository presence, Supplier<UUID> node) {
        this.presence = presence;
        this.node = node;
    }

    /** A client has been let in. */
    void came(ClientSocket socket) {
        Entry entry = new Entry(socket);
        entries.put(socket.id(), entry);
        enqueue(entry);
    }

    /** Its socket has gone. */
    void left(ClientSocket socket) {
        Entry entry = entries.get(socket.id());
        if (entry != null && !entry.gone) {
            entry.gone = true;
            enqueue(entry);
        }
    }

    /** Once a second: what has failed, and what the node's new id makes necessary. */
    void tick() {
        UUID current = node.get();
        for (Entry entry : entries.values()) {
            if (entry.gone || !current.equals(entry.storedFor)) {
                queue(entry);
            }
        }
        advance();
    }

    /** Done when nothing is left; the end of every socket has been written then. */
    Future<Void> emptied() {
        if (entries.isEmpty()) {
            return Future.succeededFuture();
        }
        if (empty == null) {
            empty = Promise.promise();
        }
        return empty.future();
    }

    private void enqueue(Entry entry) {
        queue(entry);
        advance();
    }

    private void queue(Entry entry) {
        if (!entry.busy) { // one that is comes again by itself
            entry.busy = true;
            due.add(entry);
        }
    }

    private void advance() {
        while (underWay < MAX_UNDER_WAY && !due.isEmpty()) {
            step(due.remove());
        }
    }

    private void step(Entry entry) {
        UUID current = node.get();
        if (entry.gone && !entry.sent) {
            forget(entry);
        } else if (entry.gone) {
            underWay++;
            presence.disconnect(entry.socket)
                    .onSuccess(ignored -> forget(entry))
                    .onFailure(this::complain)
                    .onComplete(ignored -> stepped(entry, false));
        } else {
            underWay++;
            entry.sent = true;
            presence.connect(entry.socket, current)
                    .onSuccess(stored -> {
                        entry.storedFor = stored ? current : null;
                        failing = false;
                    })
                    .onFailure(this::complain)
                    .onComplete(ignored -> stepped(entry, entry.gone));
        }
    }

    /** What has failed waits for the next tick. */
    private void stepped(Entry entry, boolean again) {
        underWay--;
        entry.busy = false;
        if (again) {
            queue(entry);
        }
        advance();
    }

    private void forget(Entry entry) {
        entries.remove(entry.socket.id());
        failing = false;
        if (entries.isEmpty() && empty != null) {
            empty.complete();
            empty = null;
        }
    }

    private void complain(Throwable cause) {
        if (!failing) {
            failing = true;
            log.warn("cannot write who is connected ({}), trying again every second", cause.toString());
        }
    }

    /** One socket, and how far it has been written. */
    private static final class Entry {

        private final ClientSocket socket;
        private boolean busy; // queued, or under way
        private boolean sent; // so that it may be stored
        private boolean gone;
        private @Nullable UUID storedFor; // the node; null while nobody knows

        Entry(ClientSocket socket) {
            this.socket = socket;
        }
    }
}
