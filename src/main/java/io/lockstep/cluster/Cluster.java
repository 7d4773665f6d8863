package io.lockstep.cluster;

import io.lockstep.config.ClusterConfig;
import io.lockstep.config.ClusterConfig.Discovery;
import io.lockstep.config.ClusterConfig.PublicAddress;
import io.lockstep.config.ClusterConfig.Tls;
import io.lockstep.config.ConfigException;
import io.lockstep.error.Timeouts;
import io.lockstep.event.Addresses;
import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.model.Change;
import io.lockstep.store.CommitListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node among the others: what they commit is told here as if it were this node's own doing, and the other way round. The
 * cluster has a Vert.x of its own, so that what happens to it happens to nothing else.
 */
public final class Cluster implements CommitListener {

    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
    private static final int CONNECT_MILLIS = 2000;
    private static final int PING_MILLIS = 1000;
    private static final int PONG_MILLIS = 2000;
    private static final Duration LEAVING = Duration.ofSeconds(10); // the others notice who does not say that it leaves

    private final Vertx vertx;
    private final Context context;
    private final ClusterConfig config;
    private final Link.Parts parts;
    private final Outgoing outgoing = new Outgoing();
    private volatile @Nullable Link link;
    private boolean heardAll = true; // the last time that somebody asked

    /** Tells what it hears to the event bus of a Vert.x. */
    public Cluster(Vertx vertx, ClusterConfig config, Node own) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.parts = new Link.Parts(own, this::tell, this::doubt);
    }

    /** Joins the others, or begins a cluster when there is none. Fails with {@link ConfigException} when it cannot. */
    public Future<Void> start() {
        if (config.discovery() == Discovery.OFF) {
            return Future.succeededFuture();
        }
        return connect();
    }

    private Future<Void> connect() {
        return Vertx.builder()
                .with(options())
                .withClusterManager(new HazelcastClusterManager(HazelcastSettings.of(config)))
                .buildClustered()
                .compose(clustered -> {
                    Link begun = new Link(clustered, parts);
                    link = begun;
                    return begun.start();
                })
                .recover(cause -> Future.failedFuture(
                        new ConfigException("LOCKSTEP_CLUSTER", "cannot join: " + firstLine(cause))));
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setEventBusOptions(bus());
    }

    private EventBusOptions bus() {
        EventBusOptions bus = new EventBusOptions()
                .setHost(config.host())
                .setPort(config.busPort())
                .setConnectTimeout(CONNECT_MILLIS)
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PONG_MILLIS);
        PublicAddress known = config.publicAddress();
        if (known != null) {
            bus.setClusterPublicHost(known.host()).setClusterPublicPort(known.busPort());
        }
        Tls tls = config.tls();
        return tls == null
                ? bus
                : bus.setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(tls.certificate())
                                .setKeyPath(tls.key()))
                        .setTrustOptions(new PemTrustOptions().addCertPath(tls.authority()))
                        .setClientAuth(ClientAuth.REQUIRED);
    }

    @Override
    public void committed(List<Change> changes, boolean webhooksDue) {
        Link current = link;
        if (current != null && !changes.isEmpty() && outgoing.add(new Changes(changes, System.nanoTime()))) {
            current.send(outgoing);
        }
    }

    private void tell(Changes changes) {
        context.runOnContext(ignored -> vertx.eventBus().publish(Addresses.CHANGES, changes, LOCAL));
    }

    private void doubt(long shards) {
        context.runOnContext(ignored -> vertx.eventBus().publish(Addresses.DOUBTS, shards, LOCAL));
    }

    /**
     * Which other nodes live, as the database knows them. While one of them is not heard, what it commits is not told: then
     * all is compared, whenever this is called, and once more when it is gone or heard. Call it on one event loop.
     */
    public void living(Set<UUID> others) {
        boolean hearsAll = hears(others);
        if (!hearsAll || !heardAll) {
            doubt(Shards.ALL);
        }
        heardAll = hearsAll;
    }

    /** Whether these nodes are heard. */
    boolean hears(Set<UUID> others) {
        Link current = link;
        return (current == null ? Set.of() : current.heard()).containsAll(others);
    }

    /** Leaves the others. */
    public Future<Void> stop() {
        Link current = link;
        link = null;
        return current == null
                ? Future.succeededFuture()
                : Timeouts.within(vertx, LEAVING, current.stop()).otherwiseEmpty();
    }

    /**
     * This node.
     *
     * @param node as the database knows it
     */
    public record Node(Supplier<UUID> node, ClusterListener listener) {}
}
