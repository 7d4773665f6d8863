package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.testing.WebhookReceiver;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing that was acknowledged is lost by kill -9, and no start after it needs a hand. */
class CrashTest {

    /** More of them with {@code -Dlockstep.crashes=20}. */
    private static final int CRASHES = Integer.getInteger("lockstep.crashes", 3);

    private static final int CLIENTS = 4;
    private static final Duration LOAD = Duration.ofSeconds(60);

    private static final int DOCUMENTS = 4;
    private static final int APPENDING = 2;

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    private static ServerProcess server;
    private static List<DocumentLoad> documents;
    private static ListLoad list;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(
                Map.of("LOCKSTEP_DATA_DIR", Preparation.usedDataDirectory().toString()));
        String service = Api.json(
                        api().post("/v1/Services", "WebhooksFromRestEnabled=true&WebhookUrl=" + receiver.url("/crash")))
                .getString("sid");
        documents = IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> new DocumentLoad(service, "document-" + i))
                .toList();
        list = new ListLoad(service, api());
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Test
    @Timeout(60)
    void theDatabaseIsSetToBeDurable() {
        PostgresAddress address = EmbeddedPostgres.running(server.dataDirectory(), Duration.ofSeconds(10))
                .orElseThrow();

        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(Sql.query(address, "SHOW " + setting)).as(setting).isEqualTo("on");
        }
    }

    /** A Service, a document in any of its states, the items of a list, and the webhooks of both. */
    @Test
    @Timeout(60 + 60 * 20)
    void whatWasAcknowledgedSurvivesEveryCrash() throws Exception {
        Map<String, String> acknowledged = new ConcurrentHashMap<>();
        Set<String> told = new HashSet<>();
        Random random = new Random();

        for (int crash = 1; crash <= CRASHES; crash++) {
            int before = acknowledged.size();
            crashUnderLoad(crash, acknowledged, before + 50 + random.nextInt(200));
            server = server.startAgain();

            Map<String, String> stored = all();
            assertThat(stored)
                    .as("after crash %s, with %s acknowledged", crash, acknowledged.size())
                    .containsAllEntriesOf(acknowledged);
            assertThat(stored.values()).doesNotHaveDuplicates();
            documents.forEach(load -> load.check(api()));
            list.check(api());
            told.addAll(told());
            assertThat(acknowledgedEvents()).allMatch(told::contains);
            System.out.printf(
                    "crash %d of %d: %d acknowledged, %d of them in this round, %d stored; %d of documents and items, %d told%n",
                    crash,
                    CRASHES,
                    acknowledged.size(),
                    acknowledged.size() - before,
                    stored.size(),
                    acknowledgedEvents().size(),
                    told.size());
        }
    }

    @Test
    @Timeout(60)
    void aServerThatWasKilledAloneLeavesItsDatabaseToTheNextOneAndNothingElse() {
        String sid = Api.json(api().post("/v1/Services", "")).getString("sid");
        long database =
                DatabaseProcess.find(server.dataDirectory()).orElseThrow().pid();

        server.kill();
        assertThat(Jar.TEMPORARY_FILES).isEmptyDirectory();
        server = server.startAgain();

        assertThat(DatabaseProcess.find(server.dataDirectory()).orElseThrow().pid())
                .isEqualTo(database);
        assertThat(api().get("/v1/Services/" + sid).statusCode()).isEqualTo(200);
    }

    @Test
    @Timeout(60)
    void aDatabaseThatWasKilledAloneIsThereAgainWithoutAHand() {
        String sid = Api.json(api().post("/v1/Services", "")).getString("sid");

        server.killDatabase();

        Poll.until(
                "the database is back",
                LOAD,
                () -> api().get("/v1/Services/" + sid).statusCode() == 200);
        assertThat(api().post("/v1/Services", "").statusCode()).isEqualTo(201);
    }

    /** Kills everything in the middle of it, once so many have been acknowledged in all. */
    private static void crashUnderLoad(int round, Map<String, String> acknowledged, int enough) throws Exception {
        AtomicBoolean crashed = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + DOCUMENTS + APPENDING);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = "round " + round + " client " + client + " number ";
                running.add(clients.submit(() -> createUntil(crashed, prefix, acknowledged)));
            }
            for (DocumentLoad load : documents) {
                running.add(clients.submit(() -> load.runUntil(crashed, api())));
            }
            for (int client = 0; client < APPENDING; client++) {
                running.add(clients.submit(() -> list.runUntil(crashed, api())));
            }
            Poll.until("enough are acknowledged", LOAD, () -> acknowledged.size() >= enough);
            server.killWithDatabase();
            crashed.set(true);
            for (Future<?> client : running) {
                client.get(60, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void createUntil(AtomicBoolean crashed, String prefix, Map<String, String> acknowledged) {
        Api api = api();
        for (int number = 0; !crashed.get(); number++) {
            try {
                HttpResponse<String> created = api.post("/v1/Services", "FriendlyName=" + prefix + number);
                assertThat(created.statusCode()).isIn(201, 503);
                if (created.statusCode() == 201) {
                    acknowledged.put(Api.json(created).getString("sid"), prefix + number);
                }
            } catch (UncheckedIOException unanswered) {
                // killed in the middle of it: nothing is promised
            }
        }
    }

    private static List<String> acknowledgedEvents() {
        return Stream.concat(
                        documents.stream().flatMap(load -> load.acknowledged().stream()), list.acknowledged().stream())
                .toList();
    }

    /** SID and revision of what waits in the outbox and of what has arrived; asked for in the order in which it moves. */
    private static List<String> told() {
        PostgresAddress address = EmbeddedPostgres.running(server.dataDirectory(), Duration.ofSeconds(10))
                .orElseThrow();
        String waiting = Sql.query(
                address,
                "SELECT coalesce(string_agg(coalesce(event ->> 'DocumentSid', event ->> 'ListSid') || ' '"
                        + " || coalesce(event ->> 'DocumentRevision', event ->> 'ItemRevision'), ','), '')"
                        + " FROM (SELECT parameters::jsonb AS event FROM webhook_delivery) AS waiting");
        Stream<String> arrived = receiver.rest().stream()
                .map(WebhookReceiver.Received::parameters)
                .map(it -> it.getOrDefault("DocumentSid", it.get("ListSid")) + " "
                        + it.getOrDefault("DocumentRevision", it.get("ItemRevision")));
        return Stream.concat(Stream.of(waiting.split(",")), arrived).toList();
    }

    private static Api api() {
        return Preparation.firstAccountAt(server.address());
    }

    /** SIDs and names of all Services that have a name. */
    private static Map<String, String> all() {
        Map<String, String> names = new ConcurrentHashMap<>();
        String next = "/v1/Services?PageSize=1000";
        while (next != null) {
            JsonObject page = Api.json(api().get(next));
            page.getJsonArray("services").stream()
                    .map(JsonObject.class::cast)
                    .filter(service -> service.getString("friendly_name") != null)
                    .forEach(service -> names.put(service.getString("sid"), service.getString("friendly_name")));
            next = page.getJsonObject("meta").getString("next_page_url");
        }
        return names;
    }
}
