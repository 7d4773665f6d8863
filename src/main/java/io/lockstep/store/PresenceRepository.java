package io.lockstep.store;

import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Presence;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who is connected. Endpoints belong to nodes, and nodes live as long as they say so; what a dead one has left behind is
 * taken away by the others. Who comes and goes is told by webhooks, in the order in which it was (webhooks.md section 4).
 */
public interface PresenceRepository {

    /** Says that there is a new node, and that it lives, for so long. */
    Future<Void> join(UUID node, Duration lease);

    /**
     * Says that a node lives on, for so long. False when the others have given it up: what it holds has to be announced again,
     * for another id.
     */
    Future<Boolean> renew(UUID node, Duration lease);

    /** The nodes that live, but for one. */
    Future<Set<UUID>> others(UUID node);

    /** A node ends; what it still holds is taken away by the others. */
    Future<Void> leave(UUID node);

    /** A socket was opened. False when its node was given up, and nothing was done. Twice is as good as once. */
    Future<Boolean> connect(ClientSocket socket, UUID node);

    /** A socket has gone. One that is not there is no failure. */
    Future<Void> disconnect(ClientSocket socket);

    /**
     * Gives up nodes that have not said for a while that they live, and takes away some of what they held.
     *
     * @param node that does it, which must have lived itself for the length of a lease
     * @param limit how many sockets
     * @return how many it was
     */
    Future<Integer> takeOver(UUID node, Duration lease, int limit);

    /**
     * Tells of some identities that they have no endpoint any more, the longest overdue first.
     *
     * @param limit how many at once
     * @param horizon how far to look ahead
     * @return how long it is until the next is to be told; zero when there is more to do now, the horizon at most
     */
    Future<Duration> tellGone(int limit, Duration horizon);

    /** Those who are online, in the order of their names, which are the cursor's keys. */
    Future<Page<Presence>> page(Caller caller, Sid service, PageRequest request);

    /** Those of some identities that are online. */
    Future<List<Presence>> get(Caller caller, Sid service, List<String> identities);
}
