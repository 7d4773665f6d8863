package io.lockstep.maintenance;

import io.lockstep.error.Timeouts;
import io.lockstep.store.PresenceRepository;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to the other nodes, by the database, that this one lives. When they have given it up, because it was out of reach for
 * too long, it goes on under another id.
 */
public final class Membership {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    private static final int RENEWALS = 5; // in the time of a lease
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final PresenceRepository presence;
    private final NodeId node;
    private final Duration lease;
    private Consumer<Set<UUID>> others = living -> {};
    private long timer = -1;
    private boolean failing;
    private boolean stopped;

    /**
     * @param lease how long the others wait for what this node holds
     */
    public Membership(Vertx vertx, PresenceRepository presence, NodeId node, Duration lease) {
        this.vertx = vertx;
        this.presence = presence;
        this.node = node;
        this.lease = lease;
    }

    /**
     * Succeeds when the others know of this node.
     *
     * @param living is told, whenever this node has said that it lives, which others do
     */
    public Future<Void> start(Consumer<Set<UUID>> living) {
        others = living;
        return presence.join(node.get(), time()).onSuccess(ignored -> again());
    }

    /** The rest of the lease is for whoever notices that it has ended. */
    private Duration time() {
        return lease.multipliedBy(9).dividedBy(10);
    }

    private void again() {
        timer = vertx.setTimer(
                Math.max(1, lease.toMillis() / RENEWALS),
                it -> renew().compose(ignored -> lookAround()).onComplete(done -> {
                    if (done.failed() && !failing) {
                        log.warn(
                                "this node cannot say that it lives: {}",
                                done.cause().toString());
                    }
                    failing = done.failed();
                    if (!stopped) {
                        again();
                    }
                }));
    }

    private Future<Void> renew() {
        return presence.renew(node.get(), time()).compose(ours -> {
            if (ours) {
                return Future.succeededFuture();
            }
            log.warn("the other nodes have given up this one, which goes on under another id");
            node.change();
            return presence.join(node.get(), time());
        });
    }

    private Future<Void> lookAround() {
        return presence.others(node.get()).onSuccess(others::accept).mapEmpty();
    }

    /** The others need not wait for the end of the lease. */
    public Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return Timeouts.within(vertx, LAST_WORD, presence.leave(node.get())).otherwiseEmpty();
    }

    /** Which node this is, as the others know it; for all event loops. */
    public static final class NodeId {

        private volatile UUID id = UUID.randomUUID();

        /** As it is now. */
        public UUID get() {
            return id;
        }

        private void change() {
            id = UUID.randomUUID();
        }
    }
}
