package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.config.WriteConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.store.pg.Operation.Kind;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many writers on few documents through two nodes, while statements fail, connections break at random points and the
 * database ends sessions. Longer with {@code -Dlockstep.soak=20}, in seconds; again with {@code -Dlockstep.seed}.
 */
class DocumentSoakTest {

    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("lockstep.soak", 3));
    private static final int WRITERS = 64;
    private static final int DOCUMENTS = 20;
    private static final int NODES = 2;
    private static final int LOOPS = 2; // of a node
    private static final int CONNECTIONS = 6; // of a loop
    private static final int ANSWERS_BETWEEN_FAULTS = 30; // at most

    /** Longer than PostgreSQL waits before it looks for a deadlock. */
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(2);

    private static final String CONNECTED = "SELECT count(*) FROM pg_stat_activity"
            + " WHERE application_name = 'lockstep' AND datname = current_database()";

    @RegisterExtension
    static final TestStore store = new TestStore();

    private static DatabaseUrl url;
    private static Connection database;

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Caller caller = TestStore.newCaller();
    private final List<FaultyProxy> proxies = new ArrayList<>();
    private final List<TestNode> loops = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, Document> seen = new ConcurrentHashMap<>();
    private final Queue<Observation> observations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger mostChanges = new AtomicInteger();
    private final Map<String, Integer> faults = new TreeMap<>();
    private Sid service;

    @BeforeAll
    static void createDatabase() throws SQLException {
        url = TestDatabase.newDatabase();
        new Migrations(url).run();
        RowLog.install(url);
        database = TestDatabase.connect(url);
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        database.close();
        TestDatabase.execute(TestDatabase.parsedUrl(), "DROP DATABASE " + url.database());
    }

    @BeforeEach
    void createService() {
        Database direct = Database.open(store.vertx(), "direct", config(url), CONNECTIONS);
        service = await(TestStore.over(direct)
                        .services()
                        .create(caller, ServicePatch.EMPTY)
                        .eventually(direct::close))
                .sid();
    }

    @Test
    void everyAnswerIsRightWhateverBreaks() throws SQLException {
        start(2, 64);

        run(WRITERS);

        assertThat(violations()).as("seed %d", seed).isEmpty();
    }

    @Test
    void everyAnswerIsRightInBatchesOfOne() throws SQLException {
        start(2, 1);

        run(WRITERS);

        assertThat(violations()).as("seed %d", seed).isEmpty();
        assertThat(mostChanges).hasValueLessThanOrEqualTo(2); // one may remove what has expired
    }

    @Test
    void everyAnswerIsRightInFullBatches() throws SQLException {
        start(1, 64);

        run(WRITERS * NODES * LOOPS);

        assertThat(violations()).as("seed %d", seed).isEmpty();
        assertThat(mostChanges).hasValueGreaterThan(10); // most are refused
    }

    /** When all connections are gone, nothing can be on its way any more. */
    @AfterEach
    void nothingWaitedForItself() throws SQLException {
        long before = deadlocks();
        loops.forEach(TestNode::stop);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (query(CONNECTED) > 0 && System.nanoTime() < deadline) {
            await(store.vertx().timer(10));
        }
        assertThat(query(CONNECTED)).as("seed %d: connections", seed).isZero();
        assertThat(deadlocks()).as("seed %d: deadlocks", seed).isEqualTo(before);
    }

    private void start(int lanes, int batch) {
        WriteConfig writes = new WriteConfig(lanes, batch, TestStore.WRITES.queueSize(), true, false);
        for (int node = 0; node < NODES; node++) {
            FaultyProxy proxy = new FaultyProxy(store.vertx(), url);
            proxies.add(proxy);
            for (int loop = 0; loop < LOOPS; loop++) {
                loops.add(TestNode.start(store.vertx(), config(proxy.url()), writes, this::committed));
            }
        }
    }

    private void committed(List<Change> changes, boolean webhooksDue) {
        commits.incrementAndGet();
        mostChanges.accumulateAndGet(changes.size(), Math::max);
    }

    private static DatabaseConfig config(DatabaseUrl url) {
        return new DatabaseConfig(
                url, Path.of("unused"), CONNECTIONS, QUERY_TIMEOUT, QUERY_TIMEOUT, DatabaseConfig.Pooler.NONE);
    }

    private void run(int writers) throws SQLException {
        long end = System.nanoTime() + LENGTH.toNanos();
        List<Future<Void>> writing = IntStream.range(0, writers)
                .mapToObj(writer -> {
                    Promise<Void> done = Promise.promise();
                    next(end, new Random(seed + writer), done);
                    return done.future();
                })
                .toList();
        breakUntil(end, new Random(seed));
        await(Future.all(writing));
        report();
    }

    private void next(long end, Random random, Promise<Void> done) {
        if (System.nanoTime() >= end) {
            done.complete();
            return;
        }
        Operation operation = operation(random);
        TestNode loop = loops.get(random.nextInt(loops.size()));
        long invoked = System.nanoTime();
        loop.run(it -> operation.by(it.documents(), caller, service)).onComplete(result -> {
            Observation observation =
                    new Observation(operation, invoked, System.nanoTime(), result.result(), result.cause());
            observations.add(observation);
            if (result.result() != null) {
                seen.put(operation.name(), result.result());
            }
            long pause = observation.refusal() == ErrorCode.UNAVAILABLE ? 10 : 0;
            if (pause > 0) {
                store.vertx().setTimer(pause, ignored -> next(end, random, done));
            } else {
                next(end, random, done);
            }
        });
    }

    private Operation operation(Random random) {
        String name = "name-" + random.nextInt(DOCUMENTS);
        Document last = seen.get(name);
        Sid sid = last != null && random.nextBoolean() ? last.sid() : null;
        Kind kind = kind(random.nextInt(100));
        boolean conditional = kind != Kind.CREATE && kind != Kind.READ && last != null && random.nextInt(5) < 2;
        Long ttl = random.nextInt(10) == 0 ? Long.valueOf(random.nextInt(3) == 0 ? 0 : 1) : null;
        return new Operation(
                numbers.incrementAndGet(),
                kind,
                name,
                kind == Kind.CREATE ? null : sid,
                random.nextInt(50) == 0 ? RowLog.TROUBLE.get(random.nextInt(RowLog.TROUBLE.size())) : "",
                kind == Kind.CREATE && ttl == null ? Long.valueOf(0) : ttl,
                conditional ? last.revision() : null);
    }

    private static Kind kind(int percent) {
        return percent < 20
                ? Kind.CREATE
                : percent < 65 ? Kind.SET : percent < 70 ? Kind.EXPIRE : percent < 80 ? Kind.DELETE : Kind.READ;
    }

    private void breakUntil(long end, Random random) throws SQLException {
        while (System.nanoTime() < end) {
            FaultyProxy proxy = proxies.get(random.nextInt(NODES));
            Duration later = Duration.ofMillis(1 + random.nextInt(50));
            String request = List.of("COMMIT", "COMMIT", "BEGIN", "").get(random.nextInt(4));
            String answer =
                    List.of("COMMIT", "BEGIN", "SELECT", "UPDATE", "INSERT 0 ").get(random.nextInt(5));
            switch (random.nextInt(6)) {
                case 0 -> fault("cut before", () -> proxy.cutBefore(request));
                case 1, 2 -> fault("cut and delivered", () -> proxy.cutAndDeliver(request, later));
                case 3 -> fault("answer lost", () -> proxy.loseNextAnswerTo(answer));
                case 4 -> signal("pg_cancel_backend");
                default -> signal("pg_terminate_backend");
            }
            int enough = observations.size() + random.nextInt(ANSWERS_BETWEEN_FAULTS);
            while (observations.size() < enough && System.nanoTime() < end) {
                await(store.vertx().timer(1));
            }
        }
    }

    private void fault(String name, Runnable fault) {
        faults.merge(name, 1, Integer::sum);
        fault.run();
    }

    /** To one of those that are at work. */
    private void signal(String function) throws SQLException {
        faults.merge(function, 1, Integer::sum);
        query("SELECT count(" + function + "(pid)) FROM (SELECT pid FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'lockstep' AND state <> 'idle'"
                + " ORDER BY random() LIMIT 1) AS one");
    }

    private static long query(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long deadlocks() throws SQLException {
        return query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private List<String> violations() throws SQLException {
        return new DocumentHistory(observations, RowLog.read(database, service), DatabaseClock.read(database))
                .violations();
    }

    private void report() {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (Observation it : observations) {
            outcomes.merge(
                    it.operation().kind() + " "
                            + (it.done()
                                    ? "done"
                                    : it.refusal() != null
                                            ? it.refusal()
                                            : it.failure().getClass().getSimpleName()),
                    1,
                    Integer::sum);
        }
        System.out.printf(
                "seed %d: %d operations %s; connections cut %d, faults %s; %d commits with changes, up to %d%n",
                seed,
                observations.size(),
                outcomes,
                proxies.stream().mapToInt(FaultyProxy::cuts).sum(),
                faults,
                commits.get(),
                mostChanges.get());
    }
}
