package io.lockstep.app;

import io.lockstep.maintenance.Membership;
import io.lockstep.maintenance.Membership.NodeId;
import io.lockstep.store.pg.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps this node alive for the others, on connections that no other work holds up. */
final class MembershipVerticle extends VerticleBase {

    private static final int CONNECTIONS = 2;

    private final Storage storage;
    private final NodeId node;
    private final Duration lease;
    private final Consumer<Set<UUID>> others;
    private @Nullable Database database;
    private @Nullable Membership membership;

    /**
     * @param others is told which other nodes live
     */
    MembershipVerticle(Storage storage, NodeId node, Duration lease, Consumer<Set<UUID>> others) {
        this.storage = storage;
        this.node = node;
        this.lease = lease;
        this.others = others;
    }

    @Override
    public Future<?> start() {
        Database connections = storage.open(vertx, "membership", CONNECTIONS);
        database = connections;
        Membership own = new Membership(vertx, storage.over(connections).presence(), node, lease);
        membership = own;
        return own.start(others).onFailure(ignored -> connections.close()); // Vert.x does not stop what has not started
    }

    @Override
    public Future<?> stop() {
        Future<Void> left = membership == null ? Future.succeededFuture() : membership.stop();
        return left.eventually(() -> database == null ? Future.succeededFuture() : database.close());
    }
}
