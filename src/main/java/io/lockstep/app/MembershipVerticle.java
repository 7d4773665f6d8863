package io.lockstep.app;

import io.lockstep.maintenance.Membership;
import io.lockstep.maintenance.Membership.NodeId;
import io.lockstep.store.pg.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps this node alive for the others, on connections that no other work holds up. */
final class MembershipVerticle extends VerticleBase {

    private static final int CONNECTIONS = 2;

    private final Storage storage;
    private final NodeId node;
    private final Duration lease;
    private @Nullable Database database;
    private @Nullable Membership membership;

    MembershipVerticle(Storage storage, NodeId node, Duration lease) {
        this.storage = storage;
        this.node = node;
        this.lease = lease;
    }

    @Override
    public Future<?> start() {
        Database connections = storage.open(vertx, "membership", CONNECTIONS);
        database = connections;
        Membership own = new Membership(vertx, storage.over(connections).presence(), node, lease);
        membership = own;
        return own.start().onFailure(ignored -> connections.close()); // Vert.x does not stop what has not started
    }

    @Override
    public Future<?> stop() {
        Future<Void> left = membership == null ? Future.succeededFuture() : membership.stop();
        return left.eventually(() -> database == null ? Future.succeededFuture() : database.close());
    }
}
