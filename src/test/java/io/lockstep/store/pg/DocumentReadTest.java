package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncService;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What reads by key see, many at once. */
class DocumentReadTest {

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private TestNode first;
    private TestNode second;
    private Sid service;

    @BeforeEach
    void startTwoNodes() {
        first = TestNode.start(store.vertx(), TestStore.config());
        second = TestNode.start(store.vertx(), TestStore.config());
        service = newService(first);
    }

    @AfterEach
    void stop() {
        first.stop();
        second.stop();
    }

    @Test
    void eachGetsTheDocumentThatItNames() {
        List<Document> documents = create(first, 100);

        List<Future<Document>> bySid =
                first.runAll(documents, (it, one) -> it.documents().get(caller, service, sid(one)));
        List<Future<Document>> byName =
                first.runAll(documents, (it, one) -> it.documents().get(caller, service, name(one)));
        List<Future<Document>> repeated = first.runAll(
                List.of(5, 5, 7, 5, 5), (it, i) -> it.documents().get(caller, service, sid(documents.get(i))));

        assertThat(bySid).map(it -> await(it)).isEqualTo(documents);
        assertThat(byName).map(it -> await(it)).isEqualTo(documents);
        assertThat(repeated).map(it -> await(it).uniqueName()).containsExactly("5", "5", "7", "5", "5");
    }

    @Test
    void nobodyGetsWhatIsMissingOrElsewhereOrAnothers() {
        List<Document> documents = create(first, 20);
        Sid other = newService(first);
        Caller stranger = TestStore.newCaller();
        await(first.run(it -> it.documents().delete(caller, service, sid(documents.get(3)), null)));

        List<Future<Document>> mixed =
                first.runAll(IntStream.range(0, 60).boxed().toList(), (it, i) -> {
                    Document one = documents.get(i % 20);
                    return switch (i / 20) {
                        case 0 -> it.documents().get(caller, service, sid(one));
                        case 1 -> it.documents().get(caller, other, sid(one));
                        default -> it.documents().get(stranger, service, sid(one));
                    };
                });

        for (int i = 0; i < 60; i++) {
            if (i < 20 && i != 3) {
                assertThat(await(mixed.get(i))).isEqualTo(documents.get(i));
            } else {
                assertFails(mixed.get(i), i < 40 ? ErrorCode.DOCUMENT_NOT_FOUND : ErrorCode.NOT_FOUND);
            }
        }
    }

    @Test
    void eachGetsTheServiceThatItNames() {
        List<Sid> services =
                IntStream.range(0, 50).mapToObj(i -> newService(first)).toList();
        Caller stranger = TestStore.newCaller();
        SyncService theirs = await(first.run(it -> it.services().get(stranger, new ServiceName.Default())));
        SyncService ours = await(first.run(it -> it.services().get(caller, new ServiceName.Default())));

        List<Future<SyncService>> own =
                first.runAll(services, (it, sid) -> it.services().get(caller, new ServiceName.BySid(sid)));
        List<Future<SyncService>> foreign =
                first.runAll(services, (it, sid) -> it.services().get(stranger, new ServiceName.BySid(sid)));
        List<Future<SyncService>> defaults = first.runAll(
                List.of(caller, stranger, caller), (it, who) -> it.services().get(who, new ServiceName.Default()));

        assertThat(own).map(it -> await(it).sid()).isEqualTo(services);
        assertThat(foreign).allSatisfy(it -> assertFails(it, ErrorCode.NOT_FOUND));
        assertThat(defaults).map(it -> await(it)).containsExactly(ours, theirs, ours);
    }

    @Test
    void aReadThatBeginsAfterAWriteWasAcknowledgedSeesIt(TestReporter reporter) throws InterruptedException {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        List<Document> documents = create(first, 2);
        AtomicLongArray acknowledged = new AtomicLongArray(documents.size());
        ExecutorService threads = Executors.newFixedThreadPool(24);

        List<java.util.concurrent.Future<?>> ends = IntStream.range(0, 24)
                .<java.util.concurrent.Future<?>>mapToObj(i -> threads.submit(() -> {
                    TestNode node = i % 2 == 0 ? first : second;
                    Random random = new Random(seed + i);
                    for (int turn = 0; turn < 150; turn++) {
                        int which = random.nextInt(documents.size());
                        if (i % 4 == 1) {
                            write(node, documents, which, acknowledged);
                        } else {
                            read(node, documents, which, acknowledged);
                        }
                    }
                }))
                .toList();
        threads.shutdown();

        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).as("seed %d", seed).allSatisfy(it -> it.get());
        assertThat(acknowledged.get(0)).isPositive();
    }

    private void write(TestNode node, List<Document> documents, int which, AtomicLongArray acknowledged) {
        DocumentPatch patch = new DocumentPatch(JsonText.EMPTY_OBJECT, null, null);
        Document written =
                await(node.run(it -> it.documents().update(caller, service, sid(documents.get(which)), patch)));
        acknowledged.accumulateAndGet(which, written.lastEventId(), Math::max);
    }

    private void read(TestNode node, List<Document> documents, int which, AtomicLongArray acknowledged) {
        Document document = documents.get(which);
        SidOrUniqueName key = ThreadLocalRandom.current().nextBoolean() ? sid(document) : name(document);
        long atLeast = acknowledged.get(which);
        Document read = await(node.run(it -> it.documents().get(caller, service, key)));
        assertThat(read.lastEventId()).isGreaterThanOrEqualTo(atLeast);
    }

    private Sid newService(TestNode node) {
        return await(node.run(it -> it.services().create(caller, ServicePatch.EMPTY)))
                .sid();
    }

    private List<Document> create(TestNode node, int count) {
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        return node
                .runAll(
                        numbers,
                        (it, i) -> it.documents()
                                .create(caller, service, new NewDocument(i.toString(), JsonText.EMPTY_OBJECT, 0)))
                .stream()
                .map(it -> await(it))
                .toList();
    }

    private static SidOrUniqueName sid(Document document) {
        return new SidOrUniqueName.BySid(document.sid());
    }

    private static SidOrUniqueName name(Document document) {
        return new SidOrUniqueName.ByName(document.uniqueName());
    }
}
