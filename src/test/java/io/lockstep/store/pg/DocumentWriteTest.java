package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of writes when connections break, and when two nodes write at once. */
class DocumentWriteTest {

    private static final int CONNECTIONS = 6;

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private FaultyProxy proxy;
    private TestNode first;
    private TestNode second;
    private Sid service;

    @BeforeEach
    void startTwoNodes() {
        proxy = new FaultyProxy(store.vertx(), TestStore.config().requireUrl());
        first = TestNode.start(store.vertx(), TestStore.config().withUrl(proxy.url()));
        second = TestNode.start(store.vertx(), TestStore.config().withUrl(proxy.url()));
        service = await(store.repositories().services().create(caller, ServicePatch.EMPTY))
                .sid();
    }

    @AfterEach
    void stop() {
        first.stop();
        second.stop();
    }

    @Test
    void aCreateWhoseCommitWentUnansweredIsDoneOnce() {
        proxy.loseNextAnswerTo("COMMIT");

        Document created = create(first, "name");

        assertThat(all()).containsExactly(created);
    }

    @Test
    void anUpdateWhoseCommitWentUnansweredIsDoneOnce() {
        Document created = create(first, null);
        proxy.loseNextAnswerTo("COMMIT");

        Document updated = update(first, created, "{\"a\":1}", "0");

        assertThat(updated.lastEventId()).isEqualTo(1);
        assertThat(all()).containsExactly(updated);
    }

    @Test
    void aDeleteWhoseCommitWentUnansweredIsDoneAndNotTakenForAnothers() {
        Document created = create(first, null);
        proxy.loseNextAnswerTo("COMMIT");

        await(first.run(it -> it.documents().delete(caller, service, name(created), null)));

        assertThat(all()).isEmpty();
    }

    @Test
    void aWriteCutOffBeforeItsCommitIsDoneOnce() {
        Document created = create(first, null);
        for (String lost : List.of("BEGIN", "SELECT 1", "UPDATE 1", "INSERT 0 1")) {
            proxy.loseNextAnswerTo(lost);

            update(first, created, "{\"lost\":\"" + lost + "\"}", null);
        }

        assertThat(all()).hasSize(1);
        assertThat(all().get(0).lastEventId()).isEqualTo(4);
    }

    /** As when somebody cancels it: the statements that were sent with it must not be committed one by one. */
    @Test
    void nothingIsWrittenWhenNoTransactionHasBegun() {
        Document created = create(first, null);
        proxy.garbleNext("BEGIN");

        Throwable refused = catchThrowable(() -> update(first, created, "{\"a\":1}", null));

        assertThat(refused).hasMessageContaining("XEGIN");
        assertThat(all()).containsExactly(created);
    }

    /** As when somebody cancels it: the transaction is still open then. */
    @Test
    void aConnectionWhoseCommitFailedIsFitForTheNextWrite() {
        Document created = create(first, null);
        for (int i = 0; i < CONNECTIONS; i++) {
            proxy.garbleNext("COMMIT");

            Throwable refused = catchThrowable(() -> update(first, created, "{\"a\":1}", null));

            assertThat(refused).hasMessageContaining("XOMMIT");
        }
        assertThat(update(first, created, "{\"a\":2}", "0").lastEventId()).isEqualTo(1);
    }

    /** As when a machine has lost its power: PostgreSQL hears nothing of it, and has rows locked for who is gone. */
    @Test
    void aConnectionThatHasVanishedDoesNotKeepItsDocumentsLocked() {
        Document created = create(first, null);
        Duration soon = Duration.ofSeconds(1);
        TestNode impatient = TestNode.start(
                store.vertx(),
                new DatabaseConfig(proxy.url(), Path.of("unused"), CONNECTIONS, soon, soon, TestDatabase.pooler()));
        proxy.cutAndDeliver("COMMIT", Duration.ofHours(1));

        Document updated = update(impatient, created, "{\"a\":1}", "0");

        impatient.stop();
        assertThat(updated.lastEventId()).isEqualTo(1);
        assertThat(all()).containsExactly(updated);
    }

    @Test
    void nothingIsDoneWhenThereIsNoDatabase() {
        Document created = create(first, null);
        proxy.refuse(true);

        Throwable update = catchThrowable(() -> update(first, created, "{\"a\":1}", null));
        Throwable create = catchThrowable(() -> create(first, "name"));

        assertThat(code(update)).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(code(create)).isEqualTo(ErrorCode.UNAVAILABLE);
        proxy.refuse(false);
        assertThat(all()).containsExactly(created);
    }

    @Test
    void aCommitIsLookedUpAlsoWhenTheDatabaseIsAwayForAMoment() {
        Document created = create(first, null);
        proxy.loseNextAnswerAndRefuse("COMMIT");

        Future<Document> update = first.run(it -> it.documents()
                .update(caller, service, name(created), new DocumentPatch(new JsonText("{\"a\":1}"), null, "0")));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!proxy.hasRefused() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        proxy.refuse(false);

        assertThat(await(update).lastEventId()).isEqualTo(1);
        assertThat(all()).containsExactly(await(update));
    }

    @Test
    void aNameIsGivenToOneOfManyWhoWantIt() {
        for (int round = 0; round < 20; round++) {
            String name = "name-" + round;
            List<Future<Document>> racing = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                racing.add(node(i).run(it -> it.documents().create(caller, service, document(name))));
            }

            List<ErrorCode> refusals = refusals(racing);

            assertThat(refusals).hasSize(7).containsOnly(ErrorCode.UNIQUE_NAME_TAKEN);
        }
        assertThat(all()).hasSize(20);
    }

    @Test
    void namesWantedInOppositeOrderCauseNoDeadlock() {
        for (int round = 0; round < 20; round++) {
            List<Future<Document>> racing = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String forwards = round + "-" + i;
                String backwards = round + "-" + (19 - i);
                racing.add(first.run(it -> it.documents().create(caller, service, document(forwards))));
                racing.add(second.run(it -> it.documents().create(caller, service, document(backwards))));
            }

            assertThat(refusals(racing)).hasSize(20).containsOnly(ErrorCode.UNIQUE_NAME_TAKEN);
        }
    }

    @Test
    void aRevisionIsMovedOnByOneOfManyWhoMeanIt() {
        Document document = create(first, null);
        for (int revision = 0; revision < 40; revision++) {
            String ifMatch = Long.toHexString(revision);
            List<Future<Document>> racing = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                DocumentPatch patch = new DocumentPatch(new JsonText("{\"by\":" + i + "}"), null, ifMatch);
                racing.add(node(i).run(it -> it.documents().update(caller, service, name(document), patch)));
            }

            List<ErrorCode> refusals = refusals(racing);

            assertThat(refusals).hasSize(7).containsOnly(ErrorCode.DOCUMENT_REVISION_MISMATCH);
        }
        assertThat(all().get(0).lastEventId()).isEqualTo(40);
    }

    @Test
    void noAcknowledgedWriteIsLostAndNoneIsDoneTwiceWhileConnectionsAreCut(TestReporter reporter) throws Exception {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            documents.add(create(first, null));
        }
        Map<String, Document> acknowledged = new ConcurrentHashMap<>();
        Map<String, Throwable> failed = new ConcurrentHashMap<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        ExecutorService writers = Executors.newFixedThreadPool(33);
        for (int i = 0; i < 32; i++) {
            int writer = i;
            writers.submit(() -> writeUntil(end, writer, new Random(seed + writer), documents, acknowledged, failed));
        }
        writers.submit(() -> cutUntil(end, new Random(seed)));
        writers.shutdown();
        assertThat(writers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        proxy.refuse(false);
        for (Document document : documents) {
            List<Document> history = acknowledged.values().stream()
                    .filter(it -> it.sid().equals(document.sid()))
                    .toList();
            Document last = await(store.repositories().documents().get(caller, service, name(document)));
            long unknown = failed.entrySet().stream()
                    .filter(it -> it.getKey().endsWith(document.sid().toString()))
                    .filter(it -> !(it.getValue() instanceof SyncException))
                    .count();

            List<Long> ids =
                    history.stream().map(Document::lastEventId).sorted().toList();
            assertThat(ids).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(last.lastEventId())
                    .as("seed %d: none is missing, and none done twice", seed)
                    .isBetween((long) ids.size(), ids.size() + unknown);
            if (unknown == 0) {
                assertThat(ids)
                        .as("seed %d", seed)
                        .isEqualTo(LongStream.rangeClosed(1, ids.size()).boxed().toList());
            }
            history.stream()
                    .filter(it -> it.lastEventId() == last.lastEventId())
                    .forEach(it -> assertThat(it).as("seed %d", seed).isEqualTo(last));
        }
        reporter.publishEntry("acknowledged", Integer.toString(acknowledged.size()));
        reporter.publishEntry("failed", failed.values().stream().distinct().count() + " of " + failed.size());
        assertThat(acknowledged).as("seed %d", seed).isNotEmpty();
        assertThat(failed.values())
                .as("seed %d", seed)
                .filteredOn(SyncException.class::isInstance)
                .allMatch(it -> code(it) == ErrorCode.UNAVAILABLE);
        assertThat(failed.values())
                .as("seed %d", seed)
                .allMatch(it -> it instanceof SyncException || it instanceof io.lockstep.error.UnknownOutcomeException);
    }

    private void writeUntil(
            long end,
            int writer,
            Random random,
            List<Document> documents,
            Map<String, Document> acknowledged,
            Map<String, Throwable> failed) {
        for (int i = 0; System.nanoTime() < end; i++) {
            Document document = documents.get(random.nextInt(documents.size()));
            String id = writer + "." + i + "." + document.sid();
            String data = new JsonObject().put("write", id).encode();
            try {
                Document after = update(node(writer), document, data, null);
                assertThat(after.data().text()).isEqualTo(data);
                acknowledged.put(id, after);
            } catch (Throwable refused) { // AssertionErrors of this thread too
                failed.put(id, refused);
            }
        }
    }

    private void cutUntil(long end, Random random) {
        List<String> answers = List.of("COMMIT", "COMMIT", "BEGIN", "SELECT", "UPDATE", "INSERT 0 1");
        while (System.nanoTime() < end) {
            proxy.loseNextAnswerTo(answers.get(random.nextInt(answers.size())));
            if (random.nextInt(20) == 0) {
                proxy.refuse(true);
                proxy.refuse(false);
            }
            await(store.vertx().timer(random.nextInt(60) + 1));
        }
    }

    private static List<ErrorCode> refusals(List<Future<Document>> racing) {
        await(Future.join(racing).otherwiseEmpty());
        return racing.stream()
                .filter(Future::failed)
                .map(it -> code(it.cause()))
                .toList();
    }

    private static ErrorCode code(Throwable cause) {
        assertThat(cause).isInstanceOf(SyncException.class);
        return ((SyncException) cause).errorCode();
    }

    private TestNode node(int number) {
        return number % 2 == 0 ? first : second;
    }

    private Document create(TestNode node, String name) {
        return await(node.run(it -> it.documents().create(caller, service, document(name))));
    }

    private Document update(TestNode node, Document document, String data, String ifMatch) {
        DocumentPatch patch = new DocumentPatch(new JsonText(data), null, ifMatch);
        return await(node.run(it -> it.documents().update(caller, service, name(document), patch)));
    }

    private List<Document> all() {
        return await(store.repositories().documents().page(caller, service, new PageRequest(1000, null)))
                .rows();
    }

    private static NewDocument document(String name) {
        return new NewDocument(name, new JsonText("{\"id\":\"" + UUID.randomUUID() + "\"}"), 0);
    }

    private static SidOrUniqueName name(Document document) {
        return new SidOrUniqueName.BySid(document.sid());
    }
}
