package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.embedded.PostgresAddress;
import io.vertx.core.json.JsonObject;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers behind a PgBouncer that gives each transaction another of few sessions. */
@Timeout(180)
class PgBouncerTest {

    private static final int SESSIONS = 4; // of more than fifty connections
    private static final int CLIENTS = 8;
    private static final int ROUNDS = 25;
    private static final int WRITES = CLIENTS * ROUNDS;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A write that is not durable fails, whatever wrote it. */
    private static final String DEMAND_DURABILITY = """
            CREATE FUNCTION demand_durability() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('synchronous_commit') <> 'on' THEN RAISE EXCEPTION 'not durable'; END IF;
                RETURN NULL;
            END $$;
            DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                    EXECUTE format('CREATE TRIGGER durable AFTER INSERT OR UPDATE OR DELETE ON %I
                                    FOR EACH STATEMENT EXECUTE FUNCTION demand_durability()', name);
                END LOOP;
            END $$""";

    private static EventReceiver receiver;
    private static PostgresAddress database;
    private static PgBouncer pooler;
    private static ServerProcess one;
    private static ServerProcess other;
    private static String service; // whose documents are told of
    private static String quiet; // which has no webhooks

    @BeforeAll
    static void start() {
        assumeTrue(PgBouncer.program().isPresent(), "there is no pgbouncer on the PATH or in /usr/sbin");
        receiver = new EventReceiver(request -> request.response().end());
        database = SharedPostgres.newDatabase();
        pooler = PgBouncer.start(database, SESSIONS);
        Path masterKey = TestRun.newPath("master-key");
        Map<String, String> settings = new HashMap<>(Bootstrap.settings(pooler.address(), masterKey));
        settings.put("LOCKSTEP_DATABASE_POOLER", "transaction");
        settings.put("LOCKSTEP_DATABASE_QUERY_TIMEOUT", "5s");
        settings.put("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow");
        one = ServerProcess.launch(settings); // both at once, on an empty database
        other = ServerProcess.launch(settings);
        one.awaitReady();
        other.awaitReady();
        service = created("/v1/Services", "WebhooksFromRestEnabled=true&WebhookUrl=" + receiver.url("/hook"));
        quiet = created("/v1/Services", "");
    }

    @AfterAll
    static void end() {
        Stream.of(one, other, pooler, receiver).forEach(PgBouncerTest::close);
    }

    @Test
    void everySessionHasOurSettings() {
        Map<String, String> settings = Map.of(
                "synchronous_commit", "on",
                "plan_cache_mode", "force_generic_plan",
                "enable_seqscan", "off",
                "jit", "off",
                "statement_timeout", "5s");

        for (int i = 0; i < 2 * SESSIONS; i++) {
            settings.forEach((name, value) -> assertThat(Sql.query(pooler.address(), "SHOW " + name))
                    .as(name)
                    .isEqualTo(value));
        }
    }

    @Test
    void whatManyWriteAtOnceIsAllThere() throws Exception {
        Api api = Bootstrap.api(one);
        String shared = service + "/Documents/shared";
        String items = created(quiet + "/Lists", "") + "/Items";
        String entries = created(quiet + "/Maps", "") + "/Items";
        assertThat(api.post(service + "/Documents", "UniqueName=shared").statusCode())
                .isEqualTo(201);
        Set<Integer> indexes = ConcurrentHashMap.newKeySet();
        Set<String> revisions = ConcurrentHashMap.newKeySet();

        atOnce((client, round) -> {
            Api used = api(client + round);
            String name = "document-" + client + "-" + round;
            assertStatus(201, used.post(service + "/Documents", "UniqueName=" + name + "&Data={\"n\":" + round + "}"));
            indexes.add(assertStatus(201, used.post(items, "Data={\"name\":\"" + name + "\"}"))
                    .getInteger("index"));
            assertStatus(201, used.post(entries, "Key=" + name + "&Data={}"));
            assertStatus(201, used.post("/v1/Services", "FriendlyName=" + name));
            revisions.add(assertStatus(200, used.post(shared, "Data={\"by\":\"" + name + "\"}"))
                    .getString("revision"));
            assertStatus(200, api(client + round + 1).get(service + "/Documents/" + name));
        });

        assertThat(indexes).containsExactlyInAnyOrderElementsOf(numbers(0, WRITES));
        assertThat(revisions).containsExactlyInAnyOrderElementsOf(hexadecimal(1, WRITES));
        assertThat(api.get(shared).body()).contains("\"revision\":\"" + Integer.toHexString(WRITES) + "\"");
        assertThat(listed(items, "items", "index")).containsExactlyElementsOf(numbers(0, WRITES));
        assertThat(listed(entries, "items", "key")).hasSize(WRITES).doesNotHaveDuplicates();
        assertThat(listed("/v1/Services", "services", "friendly_name")).containsAll(names());
        assertThat(listed(service + "/Documents", "documents", "unique_name")).containsAll(names());
        Poll.until(
                "every document is told of",
                PATIENCE,
                () -> receiver.arrivals().keySet().containsAll(names()));
        assertThat(receiver.arrivals().get("document-0-0")).containsOnly(0L);
    }

    @Test
    void aRequestThatIsSentAgainIsDoneOnce() {
        String items = created(quiet + "/Lists", "") + "/Items";

        HttpResponse<String> first = Bootstrap.api(one).post(items, "Data={}", "a key");
        HttpResponse<String> again = Bootstrap.api(other).post(items, "Data={}", "a key");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(listed(items, "items", "index")).hasSize(1);
    }

    /** Somebody changes the default of our role under running servers, and each write has triggers that look. */
    @Test
    void everyWriteIsDurableWhateverTheSessionsAreSetTo() throws Exception {
        String items = created(quiet + "/Lists", "") + "/Items";
        Sql.execute(database, DEMAND_DURABILITY);
        Sql.execute(
                database,
                "ALTER ROLE CURRENT_USER IN DATABASE " + database.database() + " SET synchronous_commit = off");
        pooler.close();
        pooler.startAgain();
        assertThat(Sql.query(pooler.address(), "SHOW synchronous_commit")).isEqualTo("off");
        Stream.of(one, other).forEach(PgBouncerTest::awaitService);
        try {
            atOnce((client, round) -> {
                Api used = api(client);
                String name = "durable-" + client + "-" + round;
                assertStatus(201, used.post(items, "Data={}"));
                String made = assertStatus(201, used.post("/v1/Services", "FriendlyName=" + name))
                        .getString("sid");
                assertStatus(200, used.post("/v1/Services/" + made, "FriendlyName=" + name));
                assertStatus(201, used.post(service + "/Documents", "UniqueName=" + name));
                assertThat(used.delete("/v1/Services/" + made).statusCode()).isEqualTo(204);
            });
            Poll.until(
                    "it is told of, too",
                    PATIENCE,
                    () -> receiver.arrivals().containsKey("durable-" + (CLIENTS - 1) + "-" + (ROUNDS - 1)));
        } finally {
            Sql.execute(database, "DROP FUNCTION demand_durability CASCADE");
            Sql.execute(
                    database,
                    "ALTER ROLE CURRENT_USER IN DATABASE " + database.database() + " SET synchronous_commit = on");
        }

        Stream.of(one, other)
                .forEach(server -> assertThat(server.output() + server.errors()).doesNotContain("not durable"));
    }

    @Test
    void aPoolerThatGoesIsAnOutageAndNothingElse() throws Exception {
        String items = created(quiet + "/Lists", "") + "/Items";
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Api api = api(client);
                running.add(clients.submit(() -> {
                    while (!over.get()) {
                        HttpResponse<String> answer = api.post(items, "Data={}");
                        statuses.add(answer.statusCode());
                        if (answer.statusCode() == 201) {
                            acknowledged.add(Api.json(answer).getInteger("index"));
                        }
                    }
                }));
            }
            Poll.until("there is load", PATIENCE, () -> acknowledged.size() > 50);
            pooler.close();
            Poll.until("the outage is seen", PATIENCE, () -> statuses.contains(503));
            pooler.startAgain();
            int before = acknowledged.size();
            Poll.until("the load is served again", PATIENCE, () -> acknowledged.size() > before + 50);
            over.set(true);
            for (Future<?> client : running) {
                client.get(30, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }

        assertThat(statuses).isSubsetOf(201, 503);
        assertThat(listed(items, "items", "index")).containsAll(acknowledged);
    }

    private static void awaitService(ServerProcess server) {
        Api api = Bootstrap.api(server);
        Poll.until(
                "service resumes",
                PATIENCE,
                () -> api.get("/v1/Services").statusCode() == 200
                        && api.post("/v1/Services", "").statusCode() == 201);
    }

    private static Api api(int number) {
        return Bootstrap.api(number % 2 == 0 ? one : other);
    }

    private static String created(String path, String form) {
        return path + "/"
                + assertStatus(201, Bootstrap.api(one).post(path, form)).getString("sid");
    }

    private static JsonObject assertStatus(int expected, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return Api.json(answer);
    }

    private static void atOnce(Work work) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                running.add(clients.submit(() -> IntStream.range(0, ROUNDS).forEach(round -> work.run(number, round))));
            }
            for (Future<?> client : running) {
                client.get(120, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** A field of everything on all pages, asked of the servers in turn. */
    private static List<Object> listed(String path, String name, String field) {
        List<Object> values = new ArrayList<>();
        String next = path + "?PageSize=100";
        for (int page = 0; next != null; page++) {
            JsonObject body = assertStatus(200, api(page).get(next));
            body.getJsonArray(name).forEach(it -> values.add(((JsonObject) it).getValue(field)));
            String url = body.getJsonObject("meta").getString("next_page_url");
            next = url == null ? null : url.substring(url.indexOf("/v1/"));
        }
        return values;
    }

    private static List<Integer> numbers(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private static List<String> hexadecimal(int first, int count) {
        return numbers(first, count).stream().map(Integer::toHexString).toList();
    }

    private static List<String> names() {
        return IntStream.range(0, WRITES)
                .mapToObj(i -> "document-" + i / ROUNDS + "-" + i % ROUNDS)
                .toList();
    }

    private static void close(AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What each client does in each round. */
    private interface Work {

        void run(int client, int round);
    }
}
