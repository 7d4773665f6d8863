package io.lockstep.cluster;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.ClusterConfig;
import io.lockstep.config.ClusterConfig.Discovery;
import io.lockstep.config.ClusterConfig.Tls;
import io.lockstep.config.ConfigException;
import io.lockstep.event.Addresses;
import io.lockstep.event.ChangePublisher;
import io.lockstep.event.Changes;
import io.lockstep.event.Shards;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.testing.Certificates;
import io.lockstep.testing.FreePorts;
import io.lockstep.testing.Futures;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes hear of one another. */
class ClusterTest {

    private static final int NODES = 3;

    private final FreePorts ports = FreePorts.take(2 * NODES);
    private final List<Node> nodes = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        nodes.forEach(Node::stop);
    }

    private Node start(String name, @Nullable Tls tls) {
        int number = nodes.size();
        List<String> members = IntStream.range(0, NODES)
                .mapToObj(i -> "127.0.0.1:" + ports.get(2 * i))
                .toList();
        ClusterConfig config = new ClusterConfig(
                Discovery.TCP,
                name + "-" + ports.get(0),
                "127.0.0.1",
                ports.get(2 * number),
                ports.get(2 * number + 1),
                members,
                null,
                null,
                tls);
        Node node = new Node(config);
        nodes.add(node);
        await(node.cluster.start());
        return node;
    }

    @Test
    void whatOneCommitsTheOthersAreToldInItsOrder() throws InterruptedException {
        Node one = start("a", null);
        Node other = start("a", null);
        one.awaitHearing(other);
        other.awaitHearing(one);

        for (int i = 1; i <= 100; i++) {
            one.commit(i);
        }

        for (long i = 1; i <= 100; i++) {
            assertThat(other.nextEventId()).isEqualTo(i);
        }
        assertThat(one.told).as("its own is told it elsewhere").isEmpty();
    }

    @Test
    void aNodeThatIsNewIsInDoubtAndSoIsOneThatHasGone() throws InterruptedException {
        Node one = start("a", null);
        one.doubts.clear();

        Node other = start("a", null);
        assertThat(one.doubts.poll(10, TimeUnit.SECONDS)).isEqualTo(Shards.ALL);
        one.awaitHearing(other);
        one.doubts.clear();
        other.stop();

        one.awaitSilence(other);
        assertThat(one.doubts.poll(10, TimeUnit.SECONDS)).isEqualTo(Shards.ALL);
        one.doubts.clear();
        one.cluster.living(Set.of(other.id));
        assertThat(one.doubts.poll(10, TimeUnit.SECONDS))
                .as("it lives, the database says, and is not heard")
                .isEqualTo(Shards.ALL);
    }

    @Test
    void aNodeWithACertificateOfAnotherAuthorityIsNotHeard() throws InterruptedException {
        Certificates ours = Certificates.create(directory, "ours");
        Certificates others = Certificates.create(directory, "others");
        Node one = start("a", tls(ours, ours));
        Node two = start("a", tls(ours, ours));
        Node stranger = start("a", tls(others, ours)); // it would trust the others

        one.awaitHearing(two);
        two.awaitHearing(one);
        stranger.commit(1);
        one.commit(1);

        assertThat(two.nextEventId()).isEqualTo(1);
        one.doubts.clear();
        one.cluster.living(Set.of(two.id));
        assertThat(one.doubts).isEmpty();
        one.cluster.living(Set.of(stranger.id));
        assertThat(one.doubts.poll(10, TimeUnit.SECONDS))
                .as("the stranger is not heard")
                .isEqualTo(Shards.ALL);
        assertThat(two.told).isEmpty();
    }

    private static Tls tls(Certificates own, Certificates authority) {
        return new Tls(
                own.certificate().toString(),
                own.key().toString(),
                authority.certificate().toString());
    }

    @Test
    void nodesOfAnotherNameAreNotHeard() {
        Node one = start("a", null);
        Node two = start("a", null);
        Node other = start("b", null);

        one.awaitHearing(two);

        other.doubts.clear();
        other.cluster.living(Set.of(one.id));
        assertThat(other.pollDoubt()).isEqualTo(Shards.ALL);
    }

    /** It may have committed something since anybody looked, and left in good order. */
    @Test
    void whoWasNotHeardIsInDoubtOnceMoreWhenItIsGone() throws InterruptedException {
        Node alone = new Node(new ClusterConfig(Discovery.OFF, "a", "127.0.0.1", 0, 0, List.of(), null, null, null));
        nodes.add(alone);
        await(alone.cluster.start());

        alone.cluster.living(Set.of(UUID.randomUUID()));
        assertThat(alone.pollDoubt()).isEqualTo(Shards.ALL);
        alone.cluster.living(Set.of());
        assertThat(alone.pollDoubt()).isEqualTo(Shards.ALL);
        alone.cluster.living(Set.of());

        assertThat(alone.doubts.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void rubbishOnThePortsHarmsNobody() throws Exception {
        Node one = start("a", null);
        Node other = start("a", null);
        one.awaitHearing(other);
        for (int port : List.of(ports.get(0), ports.get(1))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n\0\1\2\3\377".getBytes());
            }
        }

        one.commit(1);

        assertThat(other.nextEventId()).isEqualTo(1);
    }

    @Test
    void aPortThatIsInUseFailsTheStart() {
        start("a", null);
        ClusterConfig config = new ClusterConfig(
                Discovery.TCP, "b", "127.0.0.1", ports.get(0), ports.get(3), List.of("127.0.0.1"), null, null, null);
        Node node = new Node(config);
        nodes.add(node);

        assertThatThrownBy(() -> await(node.cluster.start()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("LOCKSTEP_CLUSTER");
    }

    /** A node, with what its sockets would be told. */
    private static final class Node implements ClusterListener {

        private static final Sid SERVICE = Sid.generate(Sid.Kind.SERVICE);
        private static final Sid DOCUMENT = Sid.generate(Sid.Kind.DOCUMENT);

        private final UUID id = UUID.randomUUID();
        private final Vertx vertx = Vertx.vertx();
        private final BlockingQueue<Change> told = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> doubts = new LinkedBlockingQueue<>();
        private final Cluster cluster;

        Node(ClusterConfig config) {
            new ChangePublisher(vertx.eventBus());
            vertx.eventBus()
                    .<Changes>localConsumer(
                            Addresses.CHANGES, it -> told.addAll(it.body().changes()));
            vertx.eventBus().<Long>localConsumer(Addresses.DOUBTS, it -> doubts.add(it.body()));
            cluster = new Cluster(vertx, config, new Cluster.Node(() -> id, this));
        }

        void commit(long eventId) {
            Instant now = Instant.EPOCH;
            Document document =
                    new Document(DOCUMENT, SERVICE, null, JsonText.EMPTY_OBJECT, eventId, "system", now, now, null);
            Caller caller = new Caller.Backend(Sid.generate(Sid.Kind.ACCOUNT));
            cluster.committed(List.of(new Change.DocumentUpdated(document, caller)), false);
        }

        long nextEventId() throws InterruptedException {
            Change change = told.poll(10, TimeUnit.SECONDS);
            assertThat(change).isNotNull();
            return change.eventId();
        }

        Long pollDoubt() {
            try {
                return doubts.poll(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        void awaitHearing(Node other) {
            await(other, true);
        }

        void awaitSilence(Node other) {
            await(other, false);
        }

        private void await(Node other, boolean hearing) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (cluster.hears(Set.of(other.id)) != hearing) {
                assertThat(System.nanoTime())
                        .as("it hears the other: " + hearing)
                        .isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
        }

        void stop() {
            Futures.await(cluster.stop());
            Futures.await(vertx.close());
        }

        @Override
        public void peers(int heard) {}

        @Override
        public void sent(int changes, int bytes) {}

        @Override
        public void received(int changes, int bytes) {}

        @Override
        public void missed() {}
    }
}
