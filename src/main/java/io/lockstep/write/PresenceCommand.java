package io.lockstep.write;

import io.lockstep.model.ClientSocket;
import java.util.UUID;

/** Something that touches who is connected. */
public sealed interface PresenceCommand {

    /** Whose presence must be locked for it. */
    String identity();

    /**
     * A socket was opened.
     *
     * @param node that holds it
     */
    record Connect(ClientSocket socket, UUID node) implements PresenceCommand {

        @Override
        public String identity() {
            return socket.identity();
        }
    }

    /** A socket has gone, or the node that held it. */
    record Disconnect(ClientSocket socket) implements PresenceCommand {

        @Override
        public String identity() {
            return socket.identity();
        }
    }

    /** The time may have come to tell that an identity has no endpoint any more. */
    record TellGone(String identity) implements PresenceCommand {}
}
