package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.embedded.PostgresAddress;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers on one database, started at the same moment when neither it nor their master key was there. */
@Timeout(120)
class TwoServersTest {

    private static final int RACERS = 16;
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final Duration LOOK_OF_THE_TEST = Duration.ofMillis(250);

    private static PostgresAddress database;
    private static Path masterKey;

    @AutoClose
    private static ServerProcess one;

    @AutoClose
    private static ServerProcess other;

    @BeforeAll
    static void startBothAtOnce() {
        database = SharedPostgres.newDatabase();
        masterKey = TestRun.newPath("master-key");
        one = ServerProcess.launch(Bootstrap.settings(database, masterKey));
        other = ServerProcess.launch(Bootstrap.settings(database, masterKey));
        one.awaitReady();
        other.awaitReady();
    }

    @Test
    void bothServeAndHaveOneMasterKey() throws Exception {
        assertThat(Bootstrap.api(one).get("/v1/Services").statusCode()).isEqualTo(200);
        assertThat(Bootstrap.api(other).get("/v1/Services").statusCode()).isEqualTo(200);
        assertThat(Files.readString(masterKey)).hasSize(45);
        try (var beside = Files.newDirectoryStream(masterKey.getParent(), masterKey.getFileName() + "*.new")) {
            assertThat(beside).isEmpty();
        }
    }

    @Test
    void eachSeesWhatTheOtherWrote() {
        String sid = Api.json(Bootstrap.api(one).post("/v1/Services", "FriendlyName=shared"))
                .getString("sid");
        String path = "/v1/Services/" + sid;

        assertThat(Bootstrap.api(other).get(path).body()).contains("\"shared\"");
        assertThat(Bootstrap.api(other).delete(path).statusCode()).isEqualTo(204);
        assertThat(Bootstrap.api(one).get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aPageThatOneBeganIsContinuedByTheOther() {
        Account account = newAccount();
        for (int i = 0; i < 5; i++) {
            account.at(one).post("/v1/Services", "");
        }

        List<String> paged = new ArrayList<>();
        String next = "/v1/Services?PageSize=2";
        for (int page = 0; next != null; page++) {
            JsonObject body = Api.json(account.at(page % 2 == 0 ? one : other).get(next));
            body.getJsonArray("services").forEach(it -> paged.add(((JsonObject) it).getString("sid")));
            next = pathAndQuery(body.getJsonObject("meta").getString("next_page_url"));
        }

        assertThat(paged).doesNotHaveDuplicates().hasSize(5);
    }

    @Test
    void aRaceForTheDefaultServiceGivesOneEachTime() throws Exception {
        Account account = newAccount();
        String previous = "none";

        for (int round = 0; round < 5; round++) {
            List<HttpResponse<String>> answers = race(account);

            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
            List<String> sids = answers.stream()
                    .map(it -> Api.json(it).getString("sid"))
                    .distinct()
                    .toList();
            assertThat(sids).hasSize(1).doesNotContain(previous);
            previous = sids.get(0);
            assertThat(account.at(one).delete("/v1/Services/default").statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void aDeletedKeyIsRefusedByBothWithinASecond() throws Exception {
        Map<String, String> settings = Bootstrap.settings(database, masterKey);
        Issued created =
                Bootstrap.newKey(settings, Bootstrap.newAccount(settings).sid());
        String sid = created.sid().toString();
        Account key = new Account(sid, created.secret());

        ExecutorService watchers = Executors.newFixedThreadPool(2);
        try {
            Future<Instant> byOne = watchers.submit(() -> firstRefusal(key.at(one)));
            Future<Instant> byOther = watchers.submit(() -> firstRefusal(key.at(other)));
            Command.runWell(settings, "key", "delete", sid);
            Instant refusedByOne = byOne.get(20, TimeUnit.SECONDS);
            Instant refusedByOther = byOther.get(20, TimeUnit.SECONDS);

            Instant deleted = Instant.parse(Sql.query(
                    database,
                    "SELECT to_char(max(date_created) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                            + " FROM invalidation WHERE kind = 'api_key'"));
            System.out.printf(
                    "a deleted key was refused after %d and %d ms%n",
                    Duration.between(deleted, refusedByOne).toMillis(),
                    Duration.between(deleted, refusedByOther).toMillis());
            assertThat(List.of(refusedByOne, refusedByOther))
                    .allMatch(at -> at.isBefore(deleted.plus(A_SECOND).plus(LOOK_OF_THE_TEST)));
        } finally {
            watchers.shutdownNow();
        }
    }

    private static Instant firstRefusal(Api api) {
        assertThat(api.get("/v1/Services").statusCode()).isEqualTo(200);
        Poll.until(
                "it is refused",
                Duration.ofSeconds(15),
                () -> api.get("/v1/Services").statusCode() == 401);
        return Instant.now();
    }

    private static List<HttpResponse<String>> race(Account account) throws Exception {
        ExecutorService racers = Executors.newFixedThreadPool(RACERS);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<HttpResponse<String>>> running = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                Api api = account.at(i % 2 == 0 ? one : other);
                Callable<HttpResponse<String>> racer = () -> {
                    start.await();
                    return api.get("/v1/Services/default");
                };
                running.add(racers.submit(racer));
            }
            start.countDown();
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (Future<HttpResponse<String>> racer : running) {
                answers.add(racer.get(30, TimeUnit.SECONDS));
            }
            return answers;
        } finally {
            racers.shutdownNow();
        }
    }

    private static String pathAndQuery(String url) {
        return url == null
                ? null
                : URI.create(url).getPath() + "?" + URI.create(url).getRawQuery();
    }

    private static Account newAccount() {
        Issued created = Bootstrap.newAccount(Bootstrap.settings(database, masterKey));
        return new Account(created.sid().toString(), created.secret());
    }

    /** Credentials, to be used at either. */
    private record Account(String user, String password) {

        Api at(ServerProcess server) {
            return new Api(server.address(), user, password);
        }
    }
}
