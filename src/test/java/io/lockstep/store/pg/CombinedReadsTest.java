package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How reads are gathered, with keys that are numbers and stand for their square when they are even. */
class CombinedReadsTest {

    private static final String SQUARES = """
            SELECT number::integer AS number, 1 / (key + 2) * 0 + key * key AS square
            FROM unnest($1::integer[]) WITH ORDINALITY AS asked (key, number) WHERE key % 2 = 0""";
    private static final int BREAKS = -2;

    /** Which there are when the statement begins; it ends when the test lets it. */
    private static final String LEASES = """
            SELECT number::integer AS number, (SELECT count(*)::integer FROM lease WHERE name = ?) AS leases
            FROM unnest($1::integer[]) WITH ORDINALITY AS asked (key, number), pg_advisory_xact_lock_shared(4711)""";

    private static final int LOCK = 4711;

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final List<Integer> batches = new ArrayList<>();
    private FaultyProxy proxy;
    private Database database;
    private Context loop;
    private CombinedReads<Integer, Integer> squares;

    @BeforeEach
    void open() {
        proxy = new FaultyProxy(store.vertx(), TestStore.config().requireUrl());
        database = Database.open(store.vertx(), "test", TestStore.config().withUrl(proxy.url()), 6);
        loop = store.vertx().getOrCreateContext();
        squares = new CombinedReads<>(database, SQUARES, this::parameters, row -> row.getInteger("square"));
    }

    private Tuple parameters(List<Integer> keys) {
        batches.add(keys.size());
        return Tuple.tuple().addArrayOfInteger(keys.toArray(Integer[]::new));
    }

    @AfterEach
    void close() {
        await(database.close());
    }

    @Test
    void anIdleOneSendsWhatArrivesInOneTurnAndWhatArrivesMeanwhileIsTheNext() {
        List<Future<Integer>> few = ask(IntStream.range(0, 5));
        await(Future.join(few));
        await(Future.join(ask(IntStream.range(0, 75))));

        assertThat(batches).containsExactly(5, 32, 32, 11);
    }

    @Test
    void eachGetsWhatItsOwnKeyStandsFor() {
        List<Integer> keys =
                IntStream.range(0, 600).map(i -> i * 7 % 90).boxed().toList();

        List<Future<Integer>> answers = ask(keys.stream().mapToInt(Integer::intValue));

        for (int i = 0; i < keys.size(); i++) {
            int key = keys.get(i);
            assertThat(await(answers.get(i))).isEqualTo(key % 2 == 0 ? key * key : null);
        }
    }

    @Test
    void whatCannotWaitIsRefusedBeforeAnyWork() {
        List<Future<Integer>> answers = ask(IntStream.range(0, 2400));

        assertThat(answers.subList(0, 2112)).allSatisfy(it -> await(it));
        assertThat(answers.subList(2112, 2400)).allSatisfy(it -> assertFails(it, ErrorCode.UNAVAILABLE));
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2112);
    }

    @Test
    void aFailedStatementFailsThoseInItAndNoOthers() {
        List<Future<Integer>> before = ask(IntStream.of(2, 4));
        List<Future<Integer>> broken = ask(IntStream.of(BREAKS, 6));

        assertThat(before.stream().map(Futures::await)).containsExactly(4, 16);
        assertThat(catchThrowable(() -> await(broken.get(1)))).isNotNull().isNotInstanceOf(SyncException.class);
        assertThat(await(ask(IntStream.of(8)).get(0))).isEqualTo(64);
    }

    @Test
    void anAnswerThatItsReceiverCannotTakeKeepsNobodyElsesBack() {
        Promise<Integer> follows = Promise.promise();

        loop.runOnContext(ignored -> {
            squares.get(2).onSuccess(square -> {
                throw new IllegalStateException("a fault of the receiver's");
            });
            squares.get(4).onComplete(follows);
        });

        assertThat(await(follows.future())).isEqualTo(16);
    }

    @Test
    void nobodyIsAnsweredWhileTheDatabaseIsAwayAndEverybodyAfterwards() {
        proxy.refuse(true);
        List<Future<Integer>> before = ask(IntStream.range(0, 200));
        assertThat(before).allSatisfy(it -> assertFails(it, ErrorCode.UNAVAILABLE));

        proxy.refuse(false);

        assertThat(ask(IntStream.range(0, 200))).allSatisfy(it -> await(it));
    }

    @Test
    void aLostAnswerIsAskedForAgain() {
        await(Future.join(ask(IntStream.range(0, 10))));
        proxy.loseNextAnswerTo("SELECT");

        assertThat(ask(IntStream.range(0, 200))).allSatisfy(it -> await(it));
    }

    @Test
    void aReadJoinsNoneThatWasSentBefore() throws SQLException {
        String name = UUID.randomUUID().toString();
        CombinedReads<Integer, Integer> leases = new CombinedReads<>(
                database, LEASES.replace("?", "'" + name + "'"), this::parameters, row -> row.getInteger("leases"));
        try (Connection connection = TestDatabase.connect(TestDatabase.parsedUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            Future<Integer> before = ask(leases, IntStream.of(1)).get(0);
            waitUntilTrue(statement, "SELECT count(*) > 0 FROM pg_locks WHERE objid = " + LOCK + " AND NOT granted");
            statement.execute("INSERT INTO lease VALUES ('" + name + "', gen_random_uuid(), now())");

            Future<Integer> after = ask(leases, IntStream.of(1)).get(0);

            statement.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
            assertThat(await(before)).isZero();
            assertThat(await(after)).isOne();
        }
    }

    private static void waitUntilTrue(Statement statement, String query) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        boolean done = false;
        while (!done && System.nanoTime() < deadline) {
            try (ResultSet row = statement.executeQuery(query)) {
                done = row.next() && row.getBoolean(1);
            }
        }
        assertThat(done).isTrue();
    }

    private List<Future<Integer>> ask(IntStream keys) {
        return ask(squares, keys);
    }

    /** All in one turn of the event loop. */
    private List<Future<Integer>> ask(CombinedReads<Integer, Integer> reads, IntStream keys) {
        Promise<List<Future<Integer>>> asked = Promise.promise();
        List<Integer> all = keys.boxed().toList();
        loop.runOnContext(ignored -> asked.complete(all.stream().map(reads::get).toList()));
        return await(asked.future());
    }
}
