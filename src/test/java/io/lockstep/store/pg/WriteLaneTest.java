package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.config.WriteConfig;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How writes are gathered into batches. */
class WriteLaneTest {

    private static final WriteConfig ONE_LANE = new WriteConfig(1, 8, 3, true, false);
    private static final WriteConfig ONE_WIDE_LANE = new WriteConfig(1, 128, 128, true, false);
    private static final String LOCK = "SELECT 1 FROM document WHERE service_sid = $1 FOR UPDATE";

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private final BlockingQueue<List<Change>> published = new LinkedBlockingQueue<>();
    private TestNode node;
    private Sid service;
    private SidOrUniqueName counter;

    @BeforeEach
    void createADocument() {
        node = TestNode.start(
                store.vertx(), TestStore.config(), ONE_LANE, (changes, webhooksDue) -> published.add(changes));
        service = await(store.repositories().services().create(caller, ServicePatch.EMPTY))
                .sid();
        Document document = await(node.run(it -> it.documents().create(caller, service, document("counter"))));
        counter = new SidOrUniqueName.BySid(document.sid());
        published(1);
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void whatArrivesWhileABatchIsUnderWayIsTheNext() {
        List<Future<Document>> writes = whileTheDocumentIsLocked(4, List.of());

        assertThat(writes.stream().map(it -> await(it).lastEventId())).containsExactly(1L, 2L, 3L, 4L);
        assertThat(published(2)).extracting(List::size).containsExactly(1, 3);
    }

    @Test
    void ofManyNoMoreThanHalfAreInOneBatch() {
        node.stop();
        node = TestNode.start(
                store.vertx(), TestStore.config(), ONE_WIDE_LANE, (changes, webhooksDue) -> published.add(changes));

        List<Future<Document>> writes = whileTheDocumentIsLocked(66, List.of());

        writes.forEach(it -> await(it));
        List<List<Change>> batches = published(3);
        assertThat(batches).extracting(List::size).containsExactly(1, 33, 32);
        assertThat(batches.stream().flatMap(List::stream).map(Change::eventId))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aFullQueueRefusesBeforeAnyWork() {
        List<Future<Document>> writes = whileTheDocumentIsLocked(6, List.of());

        assertFails(writes.get(4), ErrorCode.UNAVAILABLE);
        assertFails(writes.get(5), ErrorCode.UNAVAILABLE);
        assertThat(await(writes.get(3)).lastEventId()).isEqualTo(4);
        assertThat(await(update()).lastEventId()).isEqualTo(5);
    }

    @Test
    void anAnswerThatItsReceiverCannotTakeKeepsNobodyElsesBack() {
        DocumentPatch patch = new DocumentPatch(new JsonText("{}"), null, null);
        Future<Document> follows = node.run(it -> {
            it.documents().update(caller, service, counter, patch).onSuccess(ignored -> {
                throw new IllegalStateException("a fault of the receiver's");
            });
            return it.documents().update(caller, service, counter, patch);
        });

        assertThat(await(follows).lastEventId()).isEqualTo(2);
        assertThat(await(update()).lastEventId()).isEqualTo(3);
        assertThat(published(2)).extracting(List::size).containsExactly(2, 1);
    }

    @Test
    void aWriteThatPostgresRefusesDoesNotFailItsNeighbours() {
        List<Future<Document>> writes = whileTheDocumentIsLocked(2, List.of(this::createWithAnEndlessName));

        assertThat(catchThrowable(() -> await(writes.get(2)))).isInstanceOf(PgException.class);
        assertThat(await(writes.get(1)).lastEventId()).isEqualTo(2);
        assertThat(published(2)).extracting(List::size).containsExactly(1, 1);
    }

    /** Longer than an index takes, and than the edge lets through. */
    private Future<Document> createWithAnEndlessName() {
        String name = new Random(1)
                .ints(10_000, 'a', 'z')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return node.run(it -> it.documents().create(caller, service, document(name)));
    }

    /** Another transaction has the document, so that the first batch waits and all that follows is queued. */
    private List<Future<Document>> whileTheDocumentIsLocked(int count, List<Supplier<Future<Document>>> more) {
        Promise<Void> release = Promise.promise();
        Promise<Void> locked = Promise.promise();
        Future<?> holder = store.database()
                .onConnection(connection -> connection
                        .begin()
                        .compose(transaction -> connection
                                .preparedQuery(LOCK)
                                .execute(Tuple.of(service.id()))
                                .onSuccess(rows -> locked.complete())
                                .compose(rows -> release.future())
                                .compose(ignored -> transaction.rollback())));
        await(locked.future());
        List<Future<Document>> writes = new ArrayList<>();
        writes.add(update());
        turn(); // in which it has come,
        turn(); // and at the end of which it was sent
        IntStream.range(1, count).forEach(i -> writes.add(update()));
        more.forEach(it -> writes.add(it.get()));
        turn(); // by then all are in the queue
        release.complete();
        await(holder);
        return writes;
    }

    /** The next batches that are published, of which each is after the answers of its own; no other follows. */
    private List<List<Change>> published(int batches) {
        List<List<Change>> next = new ArrayList<>();
        try {
            while (next.size() < batches) {
                List<Change> batch = published.poll(10, TimeUnit.SECONDS);
                assertThat(batch).as("batch %d", next.size() + 1).isNotNull();
                next.add(batch);
            }
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        assertThat(published).isEmpty();
        return next;
    }

    /** Whatever the event loop was given before is done then. */
    private void turn() {
        await(node.run(it -> Future.succeededFuture()));
    }

    private Future<Document> update() {
        return node.run(it ->
                it.documents().update(caller, service, counter, new DocumentPatch(new JsonText("{}"), null, null)));
    }

    private static NewDocument document(String name) {
        return new NewDocument(name, new JsonText("{}"), 0);
    }
}
