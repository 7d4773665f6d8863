package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database is stopped in good order under load, as for an upgrade of it, and started again after a while. */
@Timeout(180)
class StoppedDatabaseTest {

    /** Longer with {@code -Dlockstep.outage.seconds=10}. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("lockstep.outage.seconds", 3));

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    private static DataDirectory directory;
    private static EmbeddedPostgres postgres;
    private static EventReceiver receiver;
    private static Forwarder forwarder;
    private static ServerProcess server;
    private static Api api;

    @BeforeAll
    static void start() {
        receiver = new EventReceiver(request -> request.response().end());
        directory = TestRun.closeAtEnd(DataDirectory.lock(Preparation.usedDataDirectory()));
        PostgresAddress address = startDatabase();
        forwarder = new Forwarder();
        forwarder.open(address.port());
        Sql.execute(address, "CREATE DATABASE stopped");
        String url = new PostgresAddress(
                        address.host(), forwarder.port(), address.user(), address.password(), "stopped")
                .uri();
        Map<String, String> settings = new HashMap<>(Bootstrap.settings(url, TestRun.newPath("master-key")));
        settings.put("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow");
        server = ServerProcess.start(settings);
        api = Bootstrap.api(server);
    }

    @AfterAll
    static void end() {
        server.close();
        forwarder.close();
        postgres.close();
        directory.close();
        receiver.close();
    }

    @Test
    void writesAndWebhooksGoOnWhenItIsBack() throws Exception {
        String service = Api.json(
                        api.post("/v1/Services", "WebhooksFromRestEnabled=true&WebhookUrl=" + receiver.url("/hook")))
                .getString("sid");
        try (WriteLoad load = new WriteLoad(api, service, 6)) {
            load.start();
            load.await("there is load", LIMIT, () -> load.updates(200) > 200 && load.appended() > 50);

            long asked = System.nanoTime();
            postgres.close();
            long stopped = System.nanoTime();
            assertThat(Duration.ofNanos(stopped - asked))
                    .as("nobody who connects keeps it from stopping")
                    .isLessThan(LIMIT);
            load.await(
                    "the outage is long enough",
                    OUTAGE.plus(LIMIT),
                    () -> since(stopped).compareTo(OUTAGE) > 0);
            int served = load.updates(200);
            int appended = load.appended();
            assertThat(load.updates(503)).isPositive();
            assertThat(server.management().get("/health/ready").statusCode()).isEqualTo(503);
            forwarder.close();
            forwarder.open(startDatabase().port());
            long back = System.nanoTime();
            load.await("writes are served again", RECOVERY, () -> load.updates(200) > served);
            Duration first = since(back);
            load.await(
                    "the load is served again",
                    LIMIT,
                    () -> load.updates(200) > served + 200 && load.appended() > appended + 50);

            load.stop();
            Map<String, Long> revisions = load.check();
            Poll.until(
                    "everything is told",
                    LIMIT,
                    () -> revisions.entrySet().stream()
                            .allMatch(it -> arrivals(it.getKey()).contains(it.getValue())));
            System.out.printf(
                    "stopped for %d ms: %s; first write %d ms after the start, everything told %d ms after it%n",
                    OUTAGE.toMillis(), load, first.toMillis(), since(back).toMillis());
            revisions.forEach((name, last) -> assertThat(arrivals(name).stream().distinct())
                    .as(name)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(0, last).boxed().toList()));
        }
    }

    private static PostgresAddress startDatabase() {
        postgres = TestRun.closeAtEnd(EmbeddedPostgres.start(directory));
        return postgres.address();
    }

    private static List<Long> arrivals(String name) {
        return receiver.arrivals().getOrDefault(name, List.of());
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
