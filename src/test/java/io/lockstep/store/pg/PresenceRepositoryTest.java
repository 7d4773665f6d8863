package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.model.Patch;
import io.lockstep.model.Presence;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.store.PresenceRepository;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is connected, by nodes that do not know one another. */
class PresenceRepositoryTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final DatabaseUrl url = TestDatabase.newDatabase();
    private final Caller caller = TestStore.newCaller();
    private TestNode one;
    private TestNode other;
    private Sid service;

    @BeforeEach
    void start() {
        new Migrations(url).run();
        one = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        other = TestNode.start(store.vertx(), TestStore.config().withUrl(url));
        service = await(one.run(it -> it.services().create(caller, debounced(false))))
                .sid();
    }

    @AfterEach
    void stop() {
        one.stop();
        other.stop();
    }

    private static ServicePatch debounced(boolean debouncing) {
        return new ServicePatch(
                null, Patch.to("http://127.0.0.1:1/"), null, true, null, debouncing, Duration.ofSeconds(1));
    }

    private ServiceName name() {
        return new ServiceName.BySid(service);
    }

    private UUID join(TestNode node, Duration lease) {
        UUID id = UUID.randomUUID();
        await(node.run(it -> it.presence().join(id, lease)));
        return id;
    }

    private ClientSocket socket(String identity, String endpoint) {
        return new ClientSocket(caller.accountSid(), service, identity, endpoint, UUID.randomUUID());
    }

    private static boolean connect(TestNode node, ClientSocket socket, UUID id) {
        return await(node.run(it -> it.presence().connect(socket, id)));
    }

    private static void disconnect(TestNode node, ClientSocket socket) {
        await(node.run(it -> it.presence().disconnect(socket)));
    }

    private List<String> online() {
        return await(one.run(it -> it.presence().get(caller, service, List.of("alice", "bob")))).stream()
                .map(it -> it.identity() + " " + it.endpoints())
                .sorted()
                .toList();
    }

    /** What is in the outbox, such as {@code +alice/phone}, in its order. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT event_type, parameters::json ->> 'Identity',"
                        + " parameters::json ->> 'EndpointId' FROM webhook_delivery ORDER BY id")) {
            while (rows.next()) {
                String sign = rows.getString(1).equals("endpoint_connected") ? "+" : "-";
                told.add(sign + rows.getString(2) + "/" + rows.getString(3));
            }
            return told;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsSaidTwiceIsToldOnce() {
        UUID id = join(one, LONG);
        ClientSocket phone = socket("alice", "phone");

        assertThat(connect(one, phone, id)).isTrue();
        assertThat(connect(one, phone, id)).isTrue();
        assertThat(online()).containsExactly("alice 1");
        disconnect(one, phone);
        disconnect(one, phone);

        assertThat(online()).isEmpty();
        assertThat(told()).containsExactly("+alice/phone", "-alice/phone");
    }

    /** In whichever order the two sockets of an endpoint are written. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLateWordOfAnOldSocketTellsNothing(boolean oldFirst) {
        UUID here = join(one, LONG);
        UUID there = join(other, LONG);
        ClientSocket old = socket("alice", "phone");
        ClientSocket fresh = socket("alice", "phone");
        connect(one, oldFirst ? old : fresh, here);
        connect(other, oldFirst ? fresh : old, there);
        disconnect(one, old);

        assertThat(online()).containsExactly("alice 1");
        assertThat(told()).containsExactly("+alice/phone");
        disconnect(other, fresh);
        assertThat(told()).containsExactly("+alice/phone", "-alice/phone");
    }

    @Test
    void manyCommandsOfOneIdentityInABatchAreTakenOneAfterAnother() {
        UUID id = join(one, LONG);
        ClientSocket phone = socket("alice", "phone");
        ClientSocket tablet = socket("alice", "tablet");
        List<Function<PresenceRepository, Future<Void>>> commands = List.of(
                it -> it.connect(phone, id).mapEmpty(),
                it -> it.disconnect(phone),
                it -> it.connect(tablet, id).mapEmpty());
        one.runAll(commands, (it, command) -> command.apply(it.presence())).forEach(Futures::await);

        assertThat(online()).containsExactly("alice 1");
        assertThat(told()).containsExactly("+alice/phone", "-alice/phone", "+alice/tablet");
    }

    @Test
    void aNodeThatWasGivenUpTakesNobodyMore() {
        UUID dead = join(one, Duration.ofMillis(1));
        UUID living = join(other, LONG);
        ClientSocket phone = socket("alice", "phone");
        ClientSocket watch = socket("bob", "watch");
        assertThat(connect(one, phone, dead)).isTrue();
        assertThat(connect(other, watch, living)).isTrue();

        int taken = takeOver(living, Duration.ZERO);

        assertThat(taken).isEqualTo(1);
        assertThat(online()).containsExactly("bob 1");
        assertThat(connect(one, socket("alice", "phone"), dead)).isFalse();
        boolean deadRenewed = await(one.run(it -> it.presence().renew(dead, LONG)));
        boolean livingRenewed = await(one.run(it -> it.presence().renew(living, LONG)));
        assertThat(deadRenewed).isFalse();
        assertThat(livingRenewed).isTrue();
        assertThat(told()).containsExactly("+alice/phone", "+bob/watch", "-alice/phone");
    }

    /** It cannot know how long the others have been late: the database may have been away for all of them. */
    @Test
    void whoHasJustComeGivesUpNobody() {
        UUID dead = join(one, Duration.ofMillis(1));
        connect(one, socket("alice", "phone"), dead);
        UUID fresh = join(other, LONG);

        assertThat(takeOver(fresh, LONG)).isZero();
        assertThat(online()).containsExactly("alice 1");
        UUID late = join(other, LONG);
        TestDatabase.execute(
                url,
                "UPDATE node SET date_since = now() - interval '1 hour', date_expires = now() - interval '1 second'"
                        + " WHERE id = '" + late + "'");
        await(other.run(it -> it.presence().renew(late, LONG))); // after a break
        assertThat(takeOver(late, LONG)).isZero();

        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (takeOver(late, SHORT) == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertThat(online()).isEmpty();
    }

    private int takeOver(UUID node, Duration lease) {
        return await(other.run(it -> it.presence().takeOver(node, lease, 100)));
    }

    @Test
    void whatADeadNodeHeldIsTakenInPieces() {
        UUID dead = join(one, Duration.ofMillis(1));
        for (int i = 0; i < 5; i++) {
            connect(one, socket("alice", "endpoint-" + i), dead);
        }
        UUID living = join(other, LONG);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if (i == 1) {
                boolean renewed = await(one.run(it -> it.presence().renew(dead, LONG)));
                assertThat(renewed).isFalse();
            }
            taken.add(await(other.run(it -> it.presence().takeOver(living, Duration.ZERO, 2))));
        }

        assertThat(taken).containsExactly(2, 2, 1, 0);
        assertThat(online()).isEmpty();
        assertThat(told()).hasSize(10);
    }

    @Test
    void aGoingThatIsDueIsToldOnceByWhoeverComesFirst() {
        await(one.run(it -> it.services().update(caller, name(), debounced(true))));
        UUID id = join(one, LONG);
        ClientSocket phone = socket("alice", "phone");
        connect(one, phone, id);
        disconnect(one, phone);
        assertThat(told()).containsExactly("+alice/phone");

        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (told().size() == 1) {
            Future<Duration> here = one.run(it -> it.presence().tellGone(10, Duration.ofMillis(500)));
            Future<Duration> there = other.run(it -> it.presence().tellGone(10, Duration.ofMillis(500)));
            assertThat(await(here)).isLessThanOrEqualTo(Duration.ofMillis(500));
            await(there);
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertThat(told()).containsExactly("+alice/phone", "-alice/phone");
    }

    /** Both write the same identities at once. */
    @Test
    void nothingIsLostBetweenTwoNodes() {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("presence of two nodes: -Dlockstep.seed=" + seed);
        Random random = new Random(seed);
        UUID here = join(one, LONG);
        UUID there = join(other, LONG);
        List<ClientSocket> open = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            List<Future<Void>> all = new ArrayList<>();
            List<ClientSocket> opened = new ArrayList<>(); // whose end is written behind their beginning
            for (int i = 0; i < 10; i++) {
                TestNode node = random.nextBoolean() ? one : other;
                ClientSocket leaving =
                        open.isEmpty() || random.nextBoolean() ? null : open.remove(random.nextInt(open.size()));
                if (leaving != null) {
                    all.add(node.run(it -> it.presence().disconnect(leaving)));
                } else {
                    ClientSocket coming = socket(random.nextBoolean() ? "alice" : "bob", "e" + random.nextInt(3));
                    all.add(node.run(it -> it.presence()
                            .connect(coming, node == one ? here : there)
                            .mapEmpty()));
                    opened.add(coming);
                }
            }
            all.forEach(Futures::await);
            open.addAll(opened);
        }

        assertThat(online())
                .isEqualTo(List.of("alice", "bob").stream()
                        .map(name -> name + " "
                                + open.stream()
                                        .filter(it -> it.identity().equals(name))
                                        .map(ClientSocket::endpointId)
                                        .distinct()
                                        .count())
                        .filter(it -> !it.endsWith(" 0"))
                        .toList());
        Set<String> present = new HashSet<>();
        for (String event : told()) {
            String endpoint = event.substring(1);
            assertThat(event.startsWith("+") ? present.add(endpoint) : present.remove(endpoint))
                    .as(event)
                    .isTrue();
        }
    }

    @Test
    void aDeletedServiceKeepsNobody() {
        UUID id = join(one, LONG);
        ClientSocket phone = socket("alice", "phone");
        connect(one, phone, id);
        connect(one, socket("bob", "tablet"), id); // whose node never says that it has gone
        await(one.run(it -> it.services().delete(caller, name())));

        connect(one, socket("alice", "watch"), id);
        disconnect(one, phone);

        assertThat(told()).containsExactly("+alice/phone", "+bob/tablet");
        await(one.run(it -> it.maintenance().purge(Duration.ZERO, 100)));
        await(one.run(it -> it.maintenance().purge(Duration.ZERO, 100)));
        assertThat(count("presence") + count("socket") + count("service")).isZero();
    }

    private int count(String table) {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void itIsKnownSinceWhenSomebodyIsOnlineButForWhatWasTooShort() {
        await(one.run(it -> it.services().update(caller, name(), debounced(true))));
        UUID id = join(one, LONG);
        ClientSocket phone = socket("alice", "phone");
        connect(one, phone, id);
        Presence first = alice();
        disconnect(one, phone);
        connect(one, socket("alice", "watch"), id);

        assertThat(alice()).isEqualTo(first);
        assertThat(first.endpoints()).isEqualTo(1);
    }

    private Presence alice() {
        return await(one.run(it -> it.presence().get(caller, service, List.of("alice"))))
                .get(0);
    }
}
