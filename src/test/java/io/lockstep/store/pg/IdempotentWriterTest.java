package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncService;
import io.lockstep.store.Answer;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.Once;
import io.lockstep.store.RepeatedException;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of keys in batches, of one node and of two. */
class IdempotentWriterTest {

    private static final int CONNECTIONS = 6;

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUrl url = TestDatabase.newDatabase();
    private final Caller caller = TestStore.newCaller();
    private TestNode first;
    private TestNode second;
    private Sid service;

    @BeforeEach
    void startTwoNodes() {
        new Migrations(url).run();
        first = TestNode.start(vertx, TestStore.config().withUrl(url));
        second = TestNode.start(vertx, TestStore.config().withUrl(url));
        service = await(first.run(it -> it.services().create(caller, ServicePatch.EMPTY)))
                .sid();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void ofCopiesInOneBatchOneIsDoneAndAnswersTheOthers() {
        Document document = create(first, once("create"));

        List<Future<Document>> updates = first.runAll(
                numbers(100), (it, i) -> update(it, document, "{\"by\":" + i % 10 + "}", once("key " + i % 10)));

        await(Future.join(updates).otherwiseEmpty());
        assertThat(document(document).lastEventId()).isEqualTo(10);
        for (int key = 0; key < 10; key++) {
            int start = key;
            List<Future<Document>> copies = IntStream.range(0, 10)
                    .mapToObj(i -> updates.get(start + 10 * i))
                    .toList();
            assertThat(copies.get(0).succeeded()).isTrue();
            assertThat(copies.subList(1, 10))
                    .extracting(IdempotentWriterTest::repeated)
                    .containsOnly(answer(copies.get(0).result()));
        }
    }

    @Test
    void aBatchMayHoldKeysThatAreKnownOthersThatAreNewAndWritesWithoutOne() {
        Document document = create(first, once("create"));
        Document known = await(first.run(it -> update(it, document, "{\"known\":1}", once("known"))));

        List<Future<Document>> updates = first.runAll(numbers(30), (it, i) -> switch (i % 3) {
            case 0 -> update(it, document, "{\"known\":1}", once("known"));
            case 1 -> update(it, document, "{\"new\":" + i + "}", once("new " + i));
            default -> update(it, document, "{\"without\":" + i + "}", null);
        });

        await(Future.join(updates).otherwiseEmpty());
        assertThat(document(document).lastEventId()).isEqualTo(21);
        for (int i = 0; i < 30; i++) {
            if (i % 3 == 0) {
                assertThat(repeated(updates.get(i))).isEqualTo(answer(known));
            } else {
                assertThat(updates.get(i).result().data().text()).endsWith(":" + i + "}");
            }
        }
    }

    @Test
    void anotherRequestInTheSameBatchIsRefused() {
        Document document = create(first, once("create"));

        List<Future<Document>> updates = first.runAll(
                numbers(10),
                (it, i) -> update(it, document, "{\"by\":" + i + "}", once("key", "request " + Math.min(i, 5))));

        await(Future.join(updates).otherwiseEmpty());
        assertThat(document(document).data().text()).isEqualTo("{\"by\":0}");
        assertThat(updates.get(0).succeeded()).isTrue();
        updates.subList(1, 10).forEach(it -> assertFails(it, ErrorCode.IDEMPOTENCY_KEY_REUSED));
    }

    @Test
    void aRefusalAnswersCopiesInTheSameBatchAndLaterOnes() {
        Document document = create(first, once("create"));
        DocumentPatch stale = new DocumentPatch(JsonText.EMPTY_OBJECT, null, "7");

        List<Future<Document>> updates = first.runAll(
                numbers(10), (it, i) -> it.documents().update(caller, service, name(document), stale, once("key")));
        await(Future.join(updates).otherwiseEmpty());
        Future<Document> later =
                second.run(it -> it.documents().update(caller, service, name(document), stale, once("key")));
        await(later.otherwiseEmpty());

        assertFails(updates.get(0), ErrorCode.DOCUMENT_REVISION_MISMATCH);
        assertThat(Stream.concat(updates.stream().skip(1), Stream.of(later)).map(IdempotentWriterTest::repeated))
                .containsOnly(new Answer.Refusal(ErrorCode.DOCUMENT_REVISION_MISMATCH, "The revision is 0"));
    }

    @Test
    void aKeyThatBelongsToAnotherAccountIsNotKnown() {
        create(first, once("key"));
        Caller stranger = TestStore.newCaller();

        Future<Sid> created = first.run(it -> it.services().create(stranger, ServicePatch.EMPTY, serviceOnce("key")))
                .map(SyncService::sid);

        assertThat(await(created)).isNotNull();
    }

    @Test
    void keysUsedInOppositeOrderOnTwoNodesCauseNoDeadlock() throws Exception {
        for (int round = 0; round < 20; round++) {
            String prefix = round + " ";
            List<Future<Document>> forwards = first.runAll(numbers(40), (it, i) -> create(it, once(prefix + i)));
            List<Future<Document>> backwards =
                    second.runAll(numbers(40), (it, i) -> create(it, once(prefix + (39 - i))));
            await(Future.join(forwards).otherwiseEmpty());
            await(Future.join(backwards).otherwiseEmpty());

            for (int i = 0; i < 40; i++) {
                Future<Document> one = forwards.get(i);
                Future<Document> other = backwards.get(39 - i);
                assertThat(one.succeeded()).isNotEqualTo(other.succeeded());
                assertThat(repeated(one.succeeded() ? other : one))
                        .isEqualTo(answer(one.succeeded() ? one.result() : other.result()));
            }
        }
        assertThat(all()).hasSize(800);
        assertThat(deadlocks()).isZero();
    }

    @Test
    void aWriteThatComesToNothingLeavesItsKeyUnused() {
        TestDatabase.execute(url, "ALTER TABLE document ADD CONSTRAINT planted CHECK (data NOT LIKE '%bad%')");
        NewDocument bad = new NewDocument(null, new JsonText("{\"bad\":1}"), 0);

        Throwable failure =
                catchThrowable(() -> await(first.run(it -> it.documents().create(caller, service, bad, once("key")))));
        TestDatabase.execute(url, "ALTER TABLE document DROP CONSTRAINT planted");

        assertThat(failure).isNotInstanceOf(SyncException.class);
        assertThat(await(second.run(it -> it.documents().create(caller, service, bad, once("key"))))
                        .data())
                .isEqualTo(bad.data());
    }

    @Test
    void keysAreLookedUpByTheIndexAlsoAfterThePlanWasMadeForAnEmptyTable() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            String find = Sql.load("idempotency").get("find");
            statement.execute("PREPARE find (uuid[], text[]) AS " + find);
            for (int i = 0; i < 10; i++) { // PostgreSQL keeps a plan after five
                statement.execute("EXECUTE find ('{}', '{}')");
            }
            statement.execute("INSERT INTO idempotency (account_sid, key, fingerprint, status)"
                    + " SELECT gen_random_uuid(), 'key ' || number, '', 201 FROM generate_series(1, 10000) AS number");

            List<String> plan = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("EXPLAIN EXECUTE find ('{}', '{}')")) {
                while (rows.next()) {
                    plan.add(rows.getString(1));
                }
            }
            assertThat(plan).anyMatch(it -> it.contains("idempotency_pkey")).noneMatch(it -> it.contains("Seq Scan"));
        }
    }

    private static Answer repeated(Future<Document> write) {
        assertThat(write.cause()).isInstanceOf(RepeatedException.class);
        return ((RepeatedException) write.cause()).answer();
    }

    private static Once<Document> once(String key) {
        return once(key, key);
    }

    private static Once<Document> once(String key, String request) {
        return new Once<>(key, Buffer.buffer(request), IdempotentWriterTest::answer);
    }

    private static Once<SyncService> serviceOnce(String key) {
        return new Once<>(key, Buffer.buffer(), it -> new Answer.Success(201, null, null));
    }

    private static Answer.Success answer(Document document) {
        return new Answer.Success(
                200, document.revision(), document.sid() + document.data().text());
    }

    private Document create(TestNode node, Once<Document> once) {
        return await(node.run(it -> create(it, once)));
    }

    private Future<Document> create(PgRepositories repositories, Once<Document> once) {
        return repositories.documents().create(caller, service, new NewDocument(null, JsonText.EMPTY_OBJECT, 0), once);
    }

    private Future<Document> update(PgRepositories repositories, Document document, String data, Once<Document> once) {
        DocumentPatch patch = new DocumentPatch(new JsonText(data), null, null);
        return repositories.documents().update(caller, service, name(document), patch, once);
    }

    private Document document(Document document) {
        return await(first.run(it -> it.documents().get(caller, service, name(document))));
    }

    private List<Document> all() {
        return await(first.run(it -> it.documents().page(caller, service, new PageRequest(1000, null))))
                .rows();
    }

    private static SidOrUniqueName name(Document document) {
        return new SidOrUniqueName.BySid(document.sid());
    }

    /** A server process tells what it has counted when it ends. */
    private long deadlocks() throws SQLException {
        first.stop();
        second.stop();
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (number(statement, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") > 1) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            return number(statement, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
