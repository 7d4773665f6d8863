package io.lockstep.write;

import io.lockstep.model.Sid;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has locked and read of who is connected.
 *
 * @param services those that are there, of whichever account
 * @param identities every one that a write of the batch names
 * @param sockets of every endpoint that a write names, as far as it has any
 * @param nodes those that live, of the ones that the batch names
 * @param now the database's time, read after the rows were locked
 */
public record LockedPresence(
        Map<Sid, Settings> services,
        Map<Identity, State> identities,
        Map<Endpoint, Set<UUID>> sockets,
        Set<UUID> nodes,
        Instant now) {

    /** Who, in which Service. */
    public record Identity(Sid serviceSid, String name) {}

    /** A client on a device. */
    public record Endpoint(Identity identity, String id) {}

    /**
     * How a Service tells who comes and goes.
     *
     * @param webhooks whether it does, and there is somebody to tell it to
     * @param debouncing whether a going is told later, if nobody has come back
     * @param window how much later
     */
    public record Settings(Sid accountSid, boolean webhooks, boolean debouncing, Duration window) {}

    /**
     * An identity's.
     *
     * @param endpoints how many are connected
     * @param due when it is to be told that none is; null when there is nothing to tell
     * @param endpointDue the last that went; null when there is nothing to tell
     */
    public record State(
            int endpoints,
            Instant since,
            @Nullable Instant due,
            @Nullable String endpointDue) {

        /** Whether nothing of it need be kept. */
        public boolean isNothing() {
            return endpoints == 0 && due == null;
        }
    }
}
