package io.lockstep.write;

import io.lockstep.model.ClientSocket;
import io.lockstep.write.LockedPresence.Endpoint;
import io.lockstep.write.LockedPresence.Identity;
import io.lockstep.write.LockedPresence.Settings;
import io.lockstep.write.LockedPresence.State;
import io.lockstep.write.PresenceCommand.Connect;
import io.lockstep.write.PresenceCommand.Disconnect;
import io.lockstep.write.PresenceCommand.TellGone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a batch of commands, and what is told of it (webhooks.md section 4). An endpoint is connected
 * while it has a socket: one that comes again before its old socket was noticed to be gone has not been away. Pure: reads
 * nothing but what was locked.
 */
public final class PresenceBatch {

    private final LockedPresence locked;
    private final Map<Identity, State> states;
    private final Map<Endpoint, Set<UUID>> sockets = new HashMap<>();
    private final Map<ClientSocket, UUID> connected = new LinkedHashMap<>();
    private final Set<ClientSocket> disconnected = new HashSet<>();
    private final List<WebhookEvent> webhooks = new ArrayList<>();

    public PresenceBatch(LockedPresence locked) {
        this.locked = locked;
        this.states = new LinkedHashMap<>(locked.identities());
        locked.sockets().forEach((endpoint, ids) -> sockets.put(endpoint, new HashSet<>(ids)));
    }

    /** The outcome is whether it is as the command says: a node that was given up holds nothing. */
    public Outcome<Boolean> decide(Write<PresenceCommand> write) {
        Identity identity = new Identity(write.serviceSid(), write.command().identity());
        Settings settings = locked.services().get(write.serviceSid());
        boolean done = true;
        if (write.command() instanceof Connect connect) {
            done = locked.nodes().contains(connect.node());
            if (done && settings != null) { // into a Service that has gone nobody comes
                connect(identity, connect, settings);
            }
        } else if (write.command() instanceof Disconnect disconnect) {
            disconnect(identity, disconnect.socket(), settings);
        } else if (write.command() instanceof TellGone) {
            tellGone(identity, settings);
        }
        return new Outcome.Done<>(done);
    }

    private void connect(Identity identity, Connect connect, Settings settings) {
        ClientSocket socket = connect.socket();
        Set<UUID> others = sockets.computeIfAbsent(endpoint(identity, socket), it -> new HashSet<>());
        boolean cameNow = others.isEmpty();
        others.add(socket.id());
        connected.put(socket, connect.node());
        disconnected.remove(socket);
        if (cameNow) {
            State before = state(identity);
            boolean wasOnline = before.endpoints() > 0 || before.due() != null;
            states.put(
                    identity, new State(before.endpoints() + 1, wasOnline ? before.since() : locked.now(), null, null));
            tell("endpoint_connected", identity, socket.endpointId(), settings);
        }
    }

    private void disconnect(Identity identity, ClientSocket socket, @Nullable Settings settings) {
        Set<UUID> left = sockets.getOrDefault(endpoint(identity, socket), Set.of());
        if (!left.contains(socket.id())) {
            return;
        }
        left.remove(socket.id());
        connected.remove(socket);
        disconnected.add(socket);
        if (left.isEmpty()) {
            gone(identity, socket.endpointId(), settings);
        }
    }

    /** With debouncing only the last is told, and that later. */
    private void gone(Identity identity, String endpoint, @Nullable Settings settings) {
        State before = state(identity);
        int rest = before.endpoints() - 1;
        if (settings != null && settings.debouncing() && rest == 0) {
            Instant due = locked.now().plus(settings.window());
            states.put(identity, new State(rest, before.since(), due, endpoint));
            return;
        }
        states.put(identity, new State(rest, before.since(), null, null));
        if (settings != null && !settings.debouncing()) {
            tell("endpoint_disconnected", identity, endpoint, settings);
        }
    }

    private void tellGone(Identity identity, @Nullable Settings settings) {
        State state = state(identity);
        String endpoint = state.endpointDue();
        if (state.due() == null || endpoint == null || state.due().isAfter(locked.now())) {
            return;
        }
        states.put(identity, new State(state.endpoints(), state.since(), null, null));
        if (settings != null) {
            tell("endpoint_disconnected", identity, endpoint, settings);
        }
    }

    private State state(Identity identity) {
        State state = states.get(identity);
        if (state == null) {
            throw new IllegalStateException("an identity that was not locked");
        }
        return state;
    }

    private static Endpoint endpoint(Identity identity, ClientSocket socket) {
        return new Endpoint(identity, socket.endpointId());
    }

    private void tell(String type, Identity identity, String endpoint, Settings settings) {
        if (settings.webhooks()) {
            webhooks.add(WebhookEvent.ofEndpoint(type, settings.accountSid(), identity, endpoint));
        }
    }

    /** Sockets to add, each with its node. */
    public Map<ClientSocket, UUID> connected() {
        return connected;
    }

    /** Sockets to take away. */
    public Collection<ClientSocket> disconnected() {
        return disconnected;
    }

    /** What identities are from now on; those of which nothing is kept are to be removed. */
    public Map<Identity, State> states() {
        return states;
    }

    /** What is told, in order. */
    public List<WebhookEvent> webhooks() {
        return webhooks;
    }
}
