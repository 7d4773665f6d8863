package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.config.WriteConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.NewObject;
import io.lockstep.store.pg.ItemOperation.Kind;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many writers on one map and one list through two nodes, while statements fail, connections break at random points and the
 * database ends sessions. Longer with {@code -Dlockstep.soak=20}, in seconds; again with {@code -Dlockstep.seed}.
 */
class CollectionSoakTest {

    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("lockstep.soak", 3));
    private static final int WRITERS = 64;
    private static final int KEYS = 20;
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
    private final Map<ItemKey, SyncItem> seen = new ConcurrentHashMap<>();
    private final AtomicLong lastIndex = new AtomicLong();
    private final Queue<ItemObservation> observations = new ConcurrentLinkedQueue<>();
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger mostChanges = new AtomicInteger();
    private final Map<String, Integer> faults = new TreeMap<>();
    private int answersBetweenTroubles = 50;
    private Sid service;
    private Sid list;
    private Sid map;

    @BeforeAll
    static void createDatabase() throws SQLException {
        url = TestDatabase.newDatabase();
        new Migrations(url).run();
        ItemLog.install(url);
        database = TestDatabase.connect(url);
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        database.close();
        TestDatabase.execute(TestDatabase.parsedUrl(), "DROP DATABASE " + url.database());
    }

    @BeforeEach
    void createCollections() {
        Database direct = Database.open(store.vertx(), "direct", config(url), CONNECTIONS);
        PgRepositories repositories = TestStore.over(direct);
        service = await(repositories.services().create(caller, ServicePatch.EMPTY))
                .sid();
        list = create(repositories.lists());
        map = create(repositories.maps());
        await(direct.close());
    }

    private Sid create(CollectionRepository collections) {
        return await(collections.create(caller, service, new NewObject("name", 0), null))
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
        answersBetweenTroubles = 1000; // else most batches would have one, and be done again one by one
        start(1, 128);

        run(WRITERS * NODES * LOOPS * 2);

        assertThat(violations()).as("seed %d", seed).isEmpty();
        assertThat(mostChanges).hasValueGreaterThan(10); // many are refused
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

    private void committed(List<Change> some, boolean webhooksDue) {
        changes.addAll(some);
        commits.incrementAndGet();
        mostChanges.accumulateAndGet(some.size(), Math::max);
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
        loops.forEach(loop -> await(loop.run(ignored -> Future.succeededFuture()))); // all is published
    }

    private void next(long end, Random random, Promise<Void> done) {
        if (System.nanoTime() >= end) {
            done.complete();
            return;
        }
        ItemOperation operation = operation(random);
        TestNode loop = loops.get(random.nextInt(loops.size()));
        long invoked = System.nanoTime();
        loop.run(it -> operation.by(
                        operation.collection().equals(list) ? it.lists() : it.maps(), caller.accountSid(), service))
                .onComplete(result -> {
                    ItemObservation observation =
                            new ItemObservation(operation, invoked, System.nanoTime(), result.result(), result.cause());
                    observe(observation);
                    if (observation.refusal() == ErrorCode.UNAVAILABLE) {
                        store.vertx().setTimer(10, ignored -> next(end, random, done));
                    } else {
                        next(end, random, done);
                    }
                });
    }

    private void observe(ItemObservation observation) {
        observations.add(observation);
        SyncItem item = observation.done() ? observation.answer().item() : null;
        if (item != null) {
            seen.put(item.key(), item);
            if (item.key() instanceof ItemKey.Index index) {
                lastIndex.accumulateAndGet(index.value(), Math::max);
            }
        }
    }

    private ItemOperation operation(Random random) {
        Sid collection = random.nextBoolean() ? list : map;
        Kind kind = kind(random.nextInt(100));
        boolean own = kind == Kind.EXPIRE_COLLECTION || kind == Kind.READ_COLLECTION;
        ItemKey key = own || kind == Kind.ADD && collection.equals(list) ? null : key(random, collection);
        SyncItem last = key == null ? null : seen.get(key);
        boolean change = kind == Kind.SET || kind == Kind.EXPIRE || kind == Kind.REMOVE;
        return new ItemOperation(
                numbers.incrementAndGet(),
                kind,
                collection,
                random.nextBoolean() ? new SidOrUniqueName.BySid(collection) : new SidOrUniqueName.ByName("name"),
                key,
                random.nextInt(answersBetweenTroubles) == 0
                        ? ItemLog.TROUBLE.get(random.nextInt(ItemLog.TROUBLE.size()))
                        : "",
                kind == Kind.EXPIRE_COLLECTION ? collectionTtl(random) : itemTtl(random, kind),
                random.nextInt(10) == 0 ? collectionTtl(random) : null,
                change && last != null && random.nextInt(5) < 2 ? last.revision() : null);
    }

    /** Of a list one of the last. */
    private ItemKey key(Random random, Sid collection) {
        int number = random.nextInt(KEYS);
        return collection.equals(map)
                ? new ItemKey.Key("key-" + number)
                : new ItemKey.Index(Math.max(0, lastIndex.get() + 1 - number));
    }

    private static Kind kind(int percent) {
        return percent < 20
                ? Kind.ADD
                : percent < 55
                        ? Kind.SET
                        : percent < 60
                                ? Kind.EXPIRE
                                : percent < 72
                                        ? Kind.REMOVE
                                        : percent < 92
                                                ? Kind.READ
                                                : percent < 96 ? Kind.EXPIRE_COLLECTION : Kind.READ_COLLECTION;
    }

    private static Long itemTtl(Random random, Kind kind) {
        boolean another = random.nextInt(10) == 0;
        if (another) {
            return random.nextInt(3) == 0 ? 0L : 1L;
        }
        return kind == Kind.ADD ? 0L : null;
    }

    /** It stays. */
    private static Long collectionTtl(Random random) {
        return random.nextBoolean() ? 0L : ItemOperation.FIRST_TTL;
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
        List<String> violations = new ArrayList<>();
        StringBuilder report = new StringBuilder();
        for (Sid collection : List.of(list, map)) {
            CollectionHistory history = new CollectionHistory(
                    observations, ItemLog.read(database, collection), changes, DatabaseClock.read(database));
            violations.addAll(history.violations());
            report.append("; %s: %d events, of %d nothing is known"
                    .formatted(collection.kind().word(), history.size(), history.holes()));
        }
        report(report);
        return violations;
    }

    private void report(CharSequence events) {
        Map<String, Integer> outcomes = new TreeMap<>();
        observations.forEach(it -> outcomes.merge(it.operation().kind() + " " + it.outcome(), 1, Integer::sum));
        System.out.printf(
                "seed %d: %d operations %s; connections cut %d, faults %s; %d commits with changes, up to %d%s%n",
                seed,
                observations.size(),
                outcomes,
                proxies.stream().mapToInt(FaultyProxy::cuts).sum(),
                faults,
                commits.get(),
                mostChanges.get(),
                events);
    }
}
