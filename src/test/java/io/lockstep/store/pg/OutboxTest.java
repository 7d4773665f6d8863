package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.WebhookRepository.Claim;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks are written where the changes are, claimed by one, and lost by nobody. */
class OutboxTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller caller = TestStore.newCaller();
    private final List<Change> published = new CopyOnWriteArrayList<>();
    private FaultyProxy proxy;
    private TestNode first;
    private TestNode second;
    private Sid service;

    @BeforeEach
    void startTwoNodes() {
        proxy = new FaultyProxy(store.vertx(), TestStore.config().requireUrl());
        first = TestNode.start(
                store.vertx(),
                TestStore.config().withUrl(proxy.url()),
                TestStore.WRITES,
                (changes, webhooksDue) -> published.addAll(changes));
        second = TestNode.start(store.vertx(), TestStore.config());
        service = await(services().create(caller, flag(true))).sid();
    }

    @AfterEach
    void stop() {
        await(first.database().write("DELETE FROM webhook_queue WHERE service_sid = $1", Tuple.of(service.id())));
        await(first.database().write("DELETE FROM webhook_delivery WHERE service_sid = $1", Tuple.of(service.id())));
        first.stop();
        second.stop();
    }

    @Test
    void aChangeIsPublishedOnceAndAfterItsCommit() {
        Document created = create(first, "name");
        Document updated =
                await(first.run(it -> it.documents().update(caller, service, byName("name"), data("{\"a\":1}"))));

        await(first.run(it -> Future.succeededFuture())); // whoever caused it is answered before
        assertThat(published)
                .containsExactly(
                        new Change.ObjectCreated(created, caller), new Change.DocumentUpdated(updated, caller));
    }

    @Test
    void aWriteWhoseCommitWentUnansweredHasOneWebhookAndOneChange() {
        proxy.loseNextAnswerTo("COMMIT");

        Document created = create(first, "name");

        assertThat(events()).containsExactly(created.sid() + " 0");
        await(first.run(it -> Future.succeededFuture()));
        assertThat(published).hasSize(1);
    }

    @Test
    void whatWasNotCommittedHasNoWebhook() {
        proxy.loseNextAnswerTo("BEGIN");

        Document created = create(first, "name"); // decided and sent again

        assertThat(events()).containsExactly(created.sid() + " 0");
        await(first.run(it -> Future.succeededFuture()));
        assertThat(published).hasSize(1);
    }

    @Test
    void theFlagCountsAsItIsWhenTheWriteIsMade() {
        await(services().update(caller, name(), flag(false)));
        create(first, "silent");
        await(services().update(caller, name(), flag(true)));
        Document told = create(first, "told");

        assertThat(events()).containsExactly(told.sid() + " 0");
    }

    /** The writes of one node race the flag on another: what is acknowledged before a write begins counts for it. */
    @Test
    void noWriteThatBeginsAfterAnAcknowledgedFlagMissesIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> mustBeTold = new ArrayList<>();
        List<String> mustNotBeTold = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            boolean on = random.nextBoolean();
            Future<?> during = writes(random.nextBoolean() ? first : second, "racing " + round);
            await(services().update(caller, name(), flag(on)));
            await(during);
            List<Document> after = await(
                            Future.join(writes(first, "first " + round), writes(second, "second " + round)))
                    .<List<Document>>list()
                    .stream()
                    .flatMap(List::stream)
                    .toList();
            after.forEach(document -> (on ? mustBeTold : mustNotBeTold).add(document.sid() + " 0"));
        }

        assertThat(events())
                .as("seed %d", seed)
                .containsAll(mustBeTold)
                .doesNotContainAnyElementsOf(mustNotBeTold)
                .doesNotHaveDuplicates();
    }

    @Test
    void anObjectIsClaimedByOneUntilItIsGivenBackOrItsTimeIsOver() {
        Document document = create(first, "name");
        Claim claim = claimOf(document, LONG);
        assertThat(claims(LONG))
                .noneMatch(it -> it.objectSid().equals(document.sid().id()));
        await(outbox().release(claim, Duration.ZERO));
        Claim expired = claimOf(document, Duration.ZERO);
        Claim taken = claimOf(document, LONG);

        assertThat(await(outbox().extend(expired, LONG))).isNull();
        assertThat(await(outbox().extend(taken, LONG))).isNotNull();
    }

    @Test
    void whoHasLostItsClaimRemovesNothing() {
        Document document = create(first, "name");
        Claim expired = claimOf(document, Duration.ZERO);
        Claim taken = claimOf(document, LONG);
        Delivery delivery = await(outbox().deliveries(taken, 10)).get(0);

        await(outbox().remove(expired, delivery));
        assertThat(await(outbox().finish(expired))).isFalse();

        assertThat(await(outbox().deliveries(taken, 10))).hasSize(1);
    }

    @Test
    void anObjectIsNotFinishedWhileADeliveryHasComeSince() {
        Document document = create(first, "name");
        Claim claim = claimOf(document, LONG);
        Delivery delivery = await(outbox().deliveries(claim, 10)).get(0);
        await(outbox().remove(claim, delivery));
        await(first.run(it -> it.documents().update(caller, service, byName("name"), data("{\"a\":1}"))));

        assertThat(await(outbox().finish(claim))).isFalse();
        Claim extended = await(outbox().extend(claim, LONG));
        Delivery next = await(outbox().deliveries(extended, 10)).get(0);
        await(outbox().remove(extended, next));
        assertThat(await(outbox().finish(extended))).isTrue();

        await(first.run(it -> it.documents().update(caller, service, byName("name"), data("{\"a\":2}"))));
        assertThat(claimOf(document, LONG)).isNotNull();
    }

    @Test
    void aDeliveryGoesToTheUrlThatItsServiceHasNow() {
        Document document = create(first, "name");
        Claim claim = claimOf(document, LONG);

        await(services().update(caller, name(), url("http://127.0.0.1:1/moved")));
        assertThat(await(outbox().deliveries(claim, 10)).get(0).url()).isEqualTo("http://127.0.0.1:1/moved");
        await(services().delete(caller, name()));
        assertThat(await(outbox().deliveries(claim, 10)).get(0).url()).isNull();
    }

    private Future<List<Document>> writes(TestNode node, String prefix) {
        return Future.join(Stream.of(1, 2, 3)
                        .map(i -> node.run(it -> it.documents().create(caller, service, newDocument(prefix + " " + i))))
                        .toList())
                .map(all -> all.<Document>list());
    }

    private Document create(TestNode node, String name) {
        return await(node.run(it -> it.documents().create(caller, service, newDocument(name))));
    }

    private static NewDocument newDocument(String name) {
        return new NewDocument(name, new JsonText("{}"), 0);
    }

    private static DocumentPatch data(String json) {
        return new DocumentPatch(new JsonText(json), null, null);
    }

    private static SidOrUniqueName byName(String name) {
        return new SidOrUniqueName.ByName(name);
    }

    private static ServiceRepository services() {
        return store.repositories().services();
    }

    private static WebhookRepository outbox() {
        return store.repositories().webhooks();
    }

    private ServiceName name() {
        return new ServiceName.BySid(service);
    }

    private static ServicePatch flag(boolean fromRest) {
        return new ServicePatch(null, Patch.to("http://127.0.0.1:1/hook"), fromRest, null, null, null, null);
    }

    private static ServicePatch url(String url) {
        return new ServicePatch(null, Patch.to(url), null, null, null, null, null);
    }

    /** Other tests share the database: of what was claimed the one that is meant. */
    private Claim claimOf(Document document, Duration duration) {
        return claims(duration).stream()
                .filter(it -> it.objectSid().equals(document.sid().id()))
                .findAny()
                .orElseThrow();
    }

    private static List<Claim> claims(Duration duration) {
        return await(outbox().claim(UUID.randomUUID(), 10_000, duration));
    }

    /** The object and the revision of every delivery that waits, in order. */
    private List<String> events() {
        List<String> events = new ArrayList<>();
        String sql = "SELECT parameters::jsonb ->> 'DocumentSid' AS sid,"
                + " parameters::jsonb ->> 'DocumentRevision' AS revision"
                + " FROM webhook_delivery WHERE service_sid = $1 ORDER BY id";
        for (Row row : await(first.database().read(sql, Tuple.of(service.id())))) {
            events.add(row.getString("sid") + " " + row.getString("revision"));
        }
        return events;
    }
}
