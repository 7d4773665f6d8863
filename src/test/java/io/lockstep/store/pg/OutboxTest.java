package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.WebhookError;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.WebhookRepository.Attempt;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.store.WebhookRepository.Line;
import io.lockstep.store.WebhookRepository.Result;
import io.lockstep.store.WebhookRepository.Settlement;
import io.lockstep.store.WebhookRepository.State;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        await(first.database()
                .write(
                        "INSERT INTO master_key (id, canary, active) VALUES ('other', '', false) ON CONFLICT DO NOTHING",
                        Tuple.tuple()));
        await(first.database()
                .write(
                        "INSERT INTO account (sid, auth_token, master_key_id) VALUES ($1, 'token', 'other')",
                        Tuple.of(caller.accountSid().id())));
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

    @Test
    void whatAClientHasDoneIsToldWhateverTheFlagSaysButNotWithoutAUrl() {
        await(services().update(caller, name(), flag(false)));
        Caller alice = new Caller.Client(caller.accountSid(), service, "alice", "endpoint");
        Document told = await(first.run(it -> it.documents().create(alice, service, newDocument("told"))));
        await(services().update(caller, name(), url(null)));
        await(first.run(it -> it.documents().create(alice, service, newDocument("silent"))));

        assertThat(events()).containsExactly(told.sid() + " 0");
        String sql =
                "SELECT parameters::jsonb ->> 'Identity' AS identity, parameters::jsonb ->> 'EndpointId' AS endpoint"
                        + " FROM webhook_delivery WHERE service_sid = $1";
        Row row = await(first.database().read(sql, Tuple.of(service.id())))
                .iterator()
                .next();
        assertThat(row.getString("identity")).isEqualTo("alice");
        assertThat(row.getString("endpoint")).isEqualTo("endpoint");
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
    void aLineIsClaimedByOneUntilItIsGivenBackOrItsTimeIsOver() {
        Document document = create(first, "name");
        Line line = claim(document, LONG);

        assertThat(claimedOf(document, LONG)).isEmpty();
        await(outbox().settle(List.of(new Settlement(line, List.of(), Duration.ZERO))));
        claim(document, Duration.ZERO);
        assertThat(claimedOf(document, LONG)).isPresent();
    }

    @Test
    void aClaimWhoseAnswerIsLostIsReleasedByWhoAskedForIt() {
        Document document = create(first, "name");
        UUID claim = UUID.randomUUID();
        proxy.loseNextAnswerTo("SELECT ");

        assertThat(catchThrowable(() -> await(first.run(it -> it.webhooks().claim(claim, 10_000, LONG)))))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThat(claimedOf(document, LONG)).isEmpty();
        await(first.run(it -> it.webhooks().release(claim)));

        assertThat(claimedOf(document, LONG)).isPresent();
    }

    @Test
    void whoHasLostItsClaimSettlesNothing() {
        Document document = create(first, "name");
        Line expired = claim(document, Duration.ZERO);
        Delivery delivery = read(expired).get(0);
        Line taken = claim(document, LONG);

        await(outbox().settle(List.of(new Settlement(expired, List.of(delivered(delivery)), null))));
        assertThat(await(outbox().remove(List.of(expired)))).containsExactly(expired);

        assertThat(read(taken)).hasSize(1);
        assertThat(claimedOf(document, LONG)).isEmpty();
    }

    @Test
    void aLineThatIsIdleIsDueWithItsNextDelivery() {
        Document document = create(first, "name");
        deliver(claim(document, LONG));
        assertThat(claimedOf(document, LONG)).isEmpty();

        update(1);

        assertThat(read(claim(document, LONG))).hasSize(1);
    }

    @Test
    void aLineIsDueAgainAtOnceWhenADeliveryHasComeSinceItWasClaimed() {
        Document document = create(first, "name");
        Line line = claim(document, LONG);
        List<Delivery> deliveries = read(line);
        update(1);

        await(outbox().settle(List.of(new Settlement(
                line, deliveries.stream().map(OutboxTest::delivered).toList(), null))));

        assertThat(read(claim(document, LONG))).hasSize(1);
    }

    @Test
    void aLineThatWaitsForAnotherAttemptIsNotHurriedByItsNextDelivery() {
        Document document = create(first, "name");
        Line line = claim(document, LONG);
        await(outbox().settle(List.of(
                new Settlement(line, List.of(failed(read(line).get(0), null)), LONG))));

        update(1);

        assertThat(claimedOf(document, LONG)).isEmpty();
    }

    @Test
    void aLineIsRemovedUnlessADeliveryHasComeSince() {
        Document document = create(first, "name");
        Line line = claim(document, LONG);
        update(1);
        assertThat(await(outbox().remove(List.of(line)))).containsExactly(line);

        await(outbox().settle(List.of(new Settlement(line, List.of(), Duration.ZERO))));

        assertThat(await(outbox().remove(List.of(claim(document, LONG))))).isEmpty();
    }

    @Test
    void aDeliveryThatLeavesItsLineIsALineOfItsOwn() {
        Document document = create(first, "name");
        update(1);
        Line line = claim(document, LONG);
        List<Delivery> both = read(line);

        await(outbox().settle(
                        List.of(new Settlement(line, List.of(failed(both.get(0), Duration.ZERO)), Duration.ZERO))));

        List<Line> lines = await(outbox().claim(UUID.randomUUID(), 10_000, LONG));
        assertThat(read(lineOf(lines, document.sid().id()).orElseThrow()))
                .extracting(Delivery::sid)
                .containsExactly(both.get(1).sid());
        Line own = lineOf(lines, both.get(0).sid().id()).orElseThrow();
        assertThat(read(own)).singleElement().satisfies(delivery -> {
            assertThat(delivery.sid()).isEqualTo(both.get(0).sid());
            assertThat(delivery.inLine()).isFalse();
            assertThat(delivery.attempts()).isEqualTo(1);
            assertThat(delivery.held()).isNotNull();
        });
    }

    @Test
    void aLineTellsWhereItsServiceWantsItsWebhooksNow() {
        Document document = create(first, "name");
        await(services().update(caller, name(), url("http://127.0.0.1:1/moved")));
        Line moved = claim(document, Duration.ZERO);
        await(outbox().gone(service, "http://127.0.0.1:1/moved"));
        Line gone = claim(document, Duration.ZERO);
        await(services().update(caller, name(), url("http://127.0.0.1:1/moved")));
        Line again = claim(document, Duration.ZERO);
        await(services().delete(caller, name()));
        Line deleted = claim(document, Duration.ZERO);

        assertThat(moved.target().url()).isEqualTo("http://127.0.0.1:1/moved");
        assertThat(moved.target().gone()).isFalse();
        assertThat(gone.target().gone()).isTrue();
        assertThat(again.target().gone()).isFalse();
        assertThat(deleted.target()).isNull();
    }

    @Test
    void nothingIsWrittenForAUrlThatIsGone() {
        await(outbox().gone(service, "http://127.0.0.1:1/hook"));
        create(first, "silent");
        await(services().update(caller, name(), flag(true)));
        Document told = create(first, "told");

        assertThat(events()).containsExactly(told.sid() + " 0");
    }

    @Test
    void whatIsOverIsForgottenWithItsAttemptsAfterAWhile() {
        Document document = create(first, "name");
        Line line = claim(document, LONG);
        await(outbox().settle(List.of(
                new Settlement(line, List.of(failed(read(line).get(0), null)), Duration.ZERO))));
        deliver(claim(document, LONG));
        assertThat(count("webhook_attempt")).isEqualTo(2);

        await(outbox().prune(LONG, 10_000));
        assertThat(count("webhook_delivery")).isEqualTo(1);
        await(outbox().prune(Duration.ZERO, 10_000));

        assertThat(count("webhook_delivery")).isZero();
        assertThat(count("webhook_attempt")).isZero();
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

    private void update(int a) {
        await(first.run(it -> it.documents().update(caller, service, byName("name"), data("{\"a\":" + a + "}"))));
    }

    private static List<Delivery> read(Line line) {
        return await(outbox().read(List.of(line), 10)).get(0);
    }

    private static void deliver(Line line) {
        List<Result> results = read(line).stream().map(OutboxTest::delivered).toList();
        await(outbox().settle(List.of(new Settlement(line, results, null))));
    }

    private static Result delivered(Delivery delivery) {
        Attempt attempt = new Attempt(200, Duration.ofMillis(5), "fine");
        return new Result(delivery, State.DELIVERED, delivery.attempts() + 1, attempt, null, null);
    }

    private static Result failed(Delivery delivery, Duration leavesFor) {
        Attempt attempt = new Attempt(500, Duration.ofMillis(5), "no");
        return new Result(
                delivery, State.PENDING, delivery.attempts() + 1, attempt, WebhookError.SERVER_ERROR, leavesFor);
    }

    private static Line claim(Document document, Duration duration) {
        return claimedOf(document, duration).orElseThrow();
    }

    private static Optional<Line> claimedOf(Document document, Duration duration) {
        return lineOf(
                await(outbox().claim(UUID.randomUUID(), 10_000, duration)),
                document.sid().id());
    }

    /** Other tests share the database: of what was claimed the one that is meant. */
    private static Optional<Line> lineOf(List<Line> claimed, UUID line) {
        return claimed.stream().filter(it -> it.id().equals(line)).findAny();
    }

    private long count(String table) {
        String sql = "SELECT count(*) AS rows FROM " + table + " WHERE service_sid = $1";
        return await(first.database().read(sql, Tuple.of(service.id())))
                .iterator()
                .next()
                .getLong("rows");
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
