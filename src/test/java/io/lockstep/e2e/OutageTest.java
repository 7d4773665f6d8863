package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database goes away under a running server, and comes back at the same address. */
@Timeout(120)
class OutageTest {

    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final int CLIENTS = 4;
    private static final int NO_ANSWER = 0;

    private static final Path DIRECTORY = Preparation.usedDataDirectory();
    private static final Forwarder FORWARDER = new Forwarder();

    private static DataDirectory directory;
    private static EmbeddedPostgres postgres;
    private static ServerProcess server;
    private static Api api;

    @BeforeAll
    static void start() {
        directory = TestRun.closeAtEnd(DataDirectory.lock(DIRECTORY));
        PostgresAddress address = startDatabase();
        Sql.execute(address, "CREATE DATABASE outage");
        String url = new PostgresAddress(address.host(), FORWARDER.port(), address.user(), address.password(), "outage")
                .uri();
        Map<String, String> settings = new HashMap<>(Bootstrap.settings(url, TestRun.newPath("master-key")));
        settings.put("LOCKSTEP_DATABASE_QUERY_TIMEOUT", "1s");
        server = ServerProcess.start(settings);
        api = Bootstrap.api(server);
    }

    @AfterAll
    static void end() {
        server.close();
        FORWARDER.close();
        postgres.close();
        directory.close();
    }

    @Test
    void requestsAreToldToComeBackWhileTheDatabaseIsStopped() {
        String path = "/v1/Services/"
                + Api.json(api.post("/v1/Services", "FriendlyName=before")).getString("sid");

        FORWARDER.close();
        postgres.close();
        try {
            assertNothingIsServedWithoutTheDatabase(path);
        } finally {
            startDatabase();
        }

        awaitService();
        assertThat(api.get(path).body()).contains("\"before\"");
        assertThat(api.get("/v1/Services?PageSize=1000").body()).doesNotContain("during");
        assertThat(server.management().get("/health/ready").statusCode()).isEqualTo(200);
    }

    /** A token that is known to be wrong is refused as long as what is known of credentials is known to be current. */
    private static void assertNothingIsServedWithoutTheDatabase(String path) {
        List.of(
                        api.get(path),
                        api.get("/v1/Services"),
                        api.get("/v1/Services/default"),
                        api.post("/v1/Services", "FriendlyName=during"),
                        api.post(path, "FriendlyName=during"),
                        api.delete(path))
                .forEach(OutageTest::assertUnavailable);
        assertThat(server.management().get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(server.management().get("/health/live").statusCode()).isEqualTo(200);
        Api wrong = api.as(Bootstrap.ACCOUNT, "wrong");
        Poll.until("no credentials are trusted", RECOVERY, () -> wrong.get(path).statusCode() != 401);
        assertUnavailable(wrong.get(path));
    }

    @Test
    void noRequestFailsOtherwiseWhenTheDatabaseIsKilledUnderLoad() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Map<Integer, AtomicInteger> reads = new ConcurrentHashMap<>();
        Map<Integer, AtomicInteger> writes = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(2 * CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> readUntil(over, reads)));
                running.add(clients.submit(() -> createUntil(over, writes, acknowledged)));
            }
            Poll.until("there is load", RECOVERY, () -> count(reads, 200) > 50 && count(writes, 201) > 50);

            DatabaseProcess.kill(DIRECTORY);
            FORWARDER.close();
            Poll.until("the outage is seen", RECOVERY, () -> count(reads, 503) > 0 && count(writes, 503) > 0);
            startDatabase();
            int readBefore = count(reads, 200);
            int writtenBefore = count(writes, 201);
            Poll.until(
                    "the load is served again",
                    RECOVERY,
                    () -> count(reads, 200) > readBefore + 50 && count(writes, 201) > writtenBefore + 50);

            over.set(true);
            for (Future<?> client : running) {
                client.get(30, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
        System.out.printf("reads by status %s, creates by status %s (0: no answer)%n", reads, writes);
        assertThat(reads.keySet()).containsOnly(200, 503);
        assertThat(writes.keySet()).isSubsetOf(201, 503, NO_ANSWER);
        String stored = api.get("/v1/Services?PageSize=1000").body();
        assertThat(acknowledged).allMatch(stored::contains);
    }

    @Test
    void aDatabaseThatFallsSilentIsAnOutageToo() {
        String path = "/v1/Services/" + Api.json(api.post("/v1/Services", "")).getString("sid");

        FORWARDER.fallSilent();

        assertUnavailable(api.get(path));
        Poll.until(
                "it is not ready",
                RECOVERY,
                () -> server.management().get("/health/ready").statusCode() == 503);
        assertThat(server.management().get("/health/live").statusCode()).isEqualTo(200);

        FORWARDER.speakAgain();

        awaitService();
        assertThat(api.get(path).statusCode()).isEqualTo(200);
    }

    private static PostgresAddress startDatabase() {
        postgres = TestRun.closeAtEnd(EmbeddedPostgres.start(directory));
        FORWARDER.open(postgres.address().port());
        return postgres.address();
    }

    /** Without a hand of ours. */
    private static void awaitService() {
        Poll.until(
                "service resumes",
                RECOVERY,
                () -> is(api.get("/v1/Services"), 200)
                        && is(api.post("/v1/Services", ""), 201)
                        && is(server.management().get("/health/ready"), 200));
    }

    private static boolean is(HttpResponse<String> response, int status) {
        return response.statusCode() == status;
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(Api.code(response)).isEqualTo(20503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    }

    private static void readUntil(AtomicBoolean over, Map<Integer, AtomicInteger> statuses) {
        while (!over.get()) {
            add(statuses, api.get("/v1/Services/default").statusCode());
        }
    }

    private static void createUntil(
            AtomicBoolean over, Map<Integer, AtomicInteger> statuses, Set<String> acknowledged) {
        while (!over.get()) {
            try {
                HttpResponse<String> created = api.post("/v1/Services", "");
                add(statuses, created.statusCode());
                if (created.statusCode() == 201) {
                    acknowledged.add(Api.json(created).getString("sid"));
                }
            } catch (UncheckedIOException unanswered) {
                add(statuses, NO_ANSWER);
            }
        }
    }

    private static void add(Map<Integer, AtomicInteger> statuses, int status) {
        statuses.computeIfAbsent(status, any -> new AtomicInteger()).incrementAndGet();
    }

    private static int count(Map<Integer, AtomicInteger> statuses, int status) {
        return statuses.getOrDefault(status, new AtomicInteger()).get();
    }
}
