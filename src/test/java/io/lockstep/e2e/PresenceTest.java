package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.e2e.PresenceReceiver.Event;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.testing.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is online, and what is told of it, while clients come, go and move between nodes that are killed and come back. */
@Timeout(600)
class PresenceTest {

    private static final int SECONDS = Integer.getInteger("lockstep.presence.seconds", 12);
    private static final int STORM = Integer.getInteger("lockstep.presence.storm", 500);
    private static final int IDENTITIES = 200;
    private static final int NODES = 3;
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient sockets =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(20_000));
    private final PresenceReceiver receiver = new PresenceReceiver();
    private final List<Device> devices = new ArrayList<>();
    private PostgresAddress database;
    private Map<String, String> settings;
    private String service;

    @BeforeEach
    void prepare() {
        database = SharedPostgres.newDatabase();
        settings = new HashMap<>(Bootstrap.settings(database, TestRun.newPath("master-key")));
        settings.put("LOCKSTEP_NODE_LEASE", LEASE.toSeconds() + "s");
        settings.put("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow");
        settings.put("LOCKSTEP_WEBHOOK_LEASE", "3s");
        settings.put("LOCKSTEP_ACCESS_LOG", "off");
    }

    @AfterEach
    void end() {
        Futures.await(vertx.close());
        receiver.close();
    }

    private void createService(ServerProcess server, int window) {
        service = Api.json(Bootstrap.api(server)
                        .post(
                                "/v1/Services",
                                "ReachabilityWebhooksEnabled=true&WebhookUrl=" + receiver.url()
                                        + (window == 0
                                                ? ""
                                                : "&ReachabilityDebouncingEnabled=true"
                                                        + "&ReachabilityDebouncingWindow=" + window)))
                .getString("sid");
    }

    /** With a window of so many milliseconds; without debouncing for 0. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void whatIsToldIsTrueInTheEndAndInOrder(int window) {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.printf("presence: window %d ms, %d s, -Dlockstep.seed=%d%n", window, SECONDS, seed);
        Random random = new Random(seed);
        List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(ServerProcess.launch(settings));
        }
        nodes.forEach(ServerProcess::awaitReady);
        createService(nodes.get(0), window);
        for (int i = 0; i < IDENTITIES; i++) {
            for (int j = random.nextInt(3); j >= 0; j--) {
                devices.add(new Device(vertx, sockets, service, "identity-" + i));
            }
        }
        List<URI> addresses = new CopyOnWriteArrayList<>(
                nodes.stream().map(ServerProcess::address).toList());
        Wandering wandering = new Wandering(random.nextLong(), addresses);
        devices.forEach(wandering::begin);
        killAndRestart(random, nodes, addresses);
        wandering.end();

        Poll.until(
                "who is online is who is connected",
                SETTLED,
                () -> online(nodes.get(0)).equals(connected()));
        Poll.until("the last is told", SETTLED, () -> endedTruly(window));
        for (int i = 0; i < IDENTITIES; i++) {
            List<Event> history = receiver.of("identity-" + i);
            assertThat(faultOf(history, window))
                    .as("identity-%d: %s", i, history)
                    .isNull();
        }
        System.out.printf(
                "presence: %d connects, %d webhooks%n",
                devices.stream().mapToInt(Device::connects).sum(), receiver.count());
        nodes.forEach(ServerProcess::close);
    }

    private static void killAndRestart(Random random, List<ServerProcess> nodes, List<URI> addresses) {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        while (System.nanoTime() < end) {
            pause(1000 + random.nextInt(2000));
            int which = random.nextInt(NODES);
            ServerProcess victim = nodes.get(which);
            addresses.remove(victim.address());
            victim.kill();
            pause(random.nextInt(3000));
            nodes.set(which, ServerProcess.launch(victim.settings()).awaitReady());
            addresses.add(nodes.get(which).address());
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    /** How many endpoints each identity has that has any, by the nodes' account. */
    private Map<String, Integer> online(ServerProcess node) {
        Map<String, Integer> online = new TreeMap<>();
        JsonObject page =
                Api.json(Bootstrap.api(node).get("/lockstep/v1/Services/" + service + "/Presence?PageSize=1000"));
        page.getJsonArray("presence")
                .forEach(it -> online.put(
                        ((JsonObject) it).getString("identity"), ((JsonObject) it).getInteger("endpoint_count")));
        return online;
    }

    /** The same, by the sockets that exist. */
    private Map<String, Integer> connected() {
        Map<String, Integer> connected = new TreeMap<>();
        for (Device device : devices) {
            if (device.isConnected()) {
                connected.merge(device.identity(), 1, Integer::sum);
            }
        }
        return connected;
    }

    private boolean endedTruly(int window) {
        Map<String, Integer> connected = connected();
        if (window > 0) {
            return devices.stream().map(Device::identity).distinct().allMatch(identity -> {
                List<Event> history = receiver.of(identity);
                boolean online = connected.containsKey(identity);
                return history.isEmpty()
                        ? !online
                        : history.get(history.size() - 1).connected() == online;
            });
        }
        return devices.stream().allMatch(device -> {
            List<Event> own = receiver.of(device.identity()).stream()
                    .filter(it -> it.endpointId().equals(device.endpointId()))
                    .toList();
            return own.isEmpty()
                    ? !device.isConnected()
                    : own.get(own.size() - 1).connected() == device.isConnected();
        });
    }

    /** What cannot be so; null when there is nothing. */
    private static String faultOf(List<Event> history, int window) {
        Set<String> there = new HashSet<>();
        for (Event event : history) {
            if (event.connected() && !there.add(event.endpointId()) && window == 0) {
                return "connected twice";
            }
            if (!event.connected() && !there.contains(event.endpointId())) {
                return "disconnected without having been connected";
            }
            if (!event.connected() && window == 0) {
                there.remove(event.endpointId());
            } else if (!event.connected()) { // nobody is there any more
                there.clear();
            }
        }
        return null;
    }

    /** All are back within seconds, each as the endpoint that it was. */
    @Test
    void aNodeThatIsRestartedLosesNobodyWhenGoingIsDebounced() {
        ServerProcess node = ServerProcess.start(settings);
        createService(node, 5000);
        for (int i = 0; i < STORM; i++) {
            devices.add(new Device(vertx, sockets, service, "identity-" + i));
        }
        connectAll(node);
        Poll.until("all have come", SETTLED, () -> receiver.count() == STORM);

        node.kill();
        ServerProcess again = ServerProcess.launch(node.settings()).awaitReady();
        long transactions = transactions();
        long before = System.nanoTime();
        connectAll(again);
        double seconds = (System.nanoTime() - before) / 1e9;
        pause(2000); // until what is counted can be read
        System.out.printf(
                "storm: %d endpoints are back in %.1f s, %.0f a second, by %d transactions, those of 2 s more included%n",
                STORM, seconds, STORM / seconds, transactions() - transactions);
        // the lease of the killed node ends, the new one has waited for it, and a window could have
        pause((int) LEASE.multipliedBy(2).plusSeconds(6).toMillis());

        assertThat(online(again)).hasSize(Math.min(STORM, 1000));
        assertThat(receiver.count()).isEqualTo(STORM);
        for (int i = 0; i < STORM; i++) {
            assertThat(receiver.of("identity-" + i)).hasSize(1);
        }
        again.close();
    }

    /** Of the database, by everybody. */
    private long transactions() {
        return Long.parseLong(
                Sql.query(database, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"));
    }

    private void connectAll(ServerProcess node) {
        Future<?> all = Future.join(
                devices.stream().map(device -> device.connect(node.address())).toList());
        Poll.until("all are let in", SETTLED, all::isComplete);
        assertThat(all.succeeded()).as(String.valueOf(all.cause())).isTrue();
    }

    /** As in a long pause of its machine: its sockets stay, but for the others it is dead. */
    @Test
    void aNodeThatWasGivenUpAnnouncesItsClientsAgain() throws Exception {
        ServerProcess watching = ServerProcess.start(settings);
        ServerProcess stopped = ServerProcess.start(settings);
        createService(watching, 1000);
        for (int i = 0; i < 3; i++) {
            devices.add(new Device(vertx, sockets, service, "identity-" + i));
        }
        connectAll(stopped);
        Poll.until("all have come", SETTLED, () -> receiver.count() == 3);
        pause((int) LEASE.toMillis()); // who takes over has been there itself for so long

        long before = System.nanoTime();
        signal("STOP", stopped);
        Poll.until("all are told to have gone", SETTLED, () -> receiver.count() == 6);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LEASE.plusSeconds(3));
        assertThat(online(watching)).isEmpty();
        signal("CONT", stopped);

        Poll.until("all are there again", SETTLED, () -> online(watching).equals(connected()));
        Poll.until("all are told to be", SETTLED, () -> receiver.count() == 9);
        assertThat(connected()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(receiver.of("identity-" + i).stream().map(Event::connected))
                    .containsExactly(true, false, true);
        }
        watching.close();
        stopped.close();
    }

    private static void signal(String name, ServerProcess server) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** A window that began before everything was killed, the database as well, ends when it would have. */
    @Test
    void aWindowGoesOnWhileNothingRuns() {
        settings.remove("LOCKSTEP_DATABASE_URL"); // a database of its own, which dies with it
        ServerProcess node = ServerProcess.start(settings);
        createService(node, 15_000); // a start takes less
        for (String identity : List.of("gone", "back")) {
            devices.add(new Device(vertx, sockets, service, identity));
        }
        connectAll(node);
        Poll.until("both have come", SETTLED, () -> receiver.count() == 2);
        devices.forEach(device -> device.leave(true));
        Poll.until("both have left", SETTLED, () -> online(node).isEmpty());

        node.killWithDatabase();
        ServerProcess again = node.startAgain();
        Futures.await(devices.get(1).connect(again.address()));

        Poll.until(
                "one is told to have gone", SETTLED, () -> receiver.of("gone").size() == 2);
        assertThat(receiver.of("gone").get(1).connected()).isFalse();
        assertThat(receiver.of("gone").get(1).endpointId())
                .isEqualTo(devices.get(0).endpointId());
        assertThat(receiver.of("back")).allMatch(Event::connected);
        again.close();
    }

    /** Clients that come and go at random, at whichever node there is. */
    private final class Wandering {

        private final Random random;
        private final List<URI> nodes;
        private volatile boolean ended;

        Wandering(long seed, List<URI> nodes) {
            this.random = new Random(seed);
            this.nodes = nodes;
        }

        void begin(Device device) {
            device.after(1 + random.nextInt(2000), () -> step(device));
        }

        private void step(Device device) {
            if (ended) {
                return;
            }
            if (device.isConnected()) {
                device.leave(random.nextBoolean());
            } else if (device.isIdle() && !nodes.isEmpty()) {
                device.connect(nodes.get(random.nextInt(nodes.size())));
            }
            device.after(50 + random.nextInt(3000), () -> step(device));
        }

        /** Who is on the way arrives, or does not. */
        void end() {
            ended = true;
            Poll.until(
                    "nobody is on the way",
                    SETTLED,
                    () -> devices.stream().allMatch(device -> device.isConnected() || device.isIdle()));
        }
    }
}
