package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.PostgresAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers on one database share the sending of webhooks; what one of them cannot finish the other does. */
@Timeout(180)
class WebhookNodesTest {

    private static final Duration LEASE = Duration.ofSeconds(4);
    private static final Duration ANSWER = Duration.ofMillis(20);
    private static final Duration DELIVERY = Duration.ofSeconds(60);
    private static final int DOCUMENTS = 60;

    private static EventReceiver receiver;
    private static ServerProcess one;
    private static ServerProcess other;

    @BeforeAll
    static void start() {
        receiver = new EventReceiver(request -> receiver.vertx()
                .setTimer(ANSWER.toMillis(), timer -> request.response().end()));
        PostgresAddress database = SharedPostgres.newDatabase();
        Path masterKey = TestRun.newPath("master-key");
        Map<String, String> settings = new HashMap<>(Bootstrap.settings(database, masterKey));
        settings.put("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow");
        settings.put("LOCKSTEP_WEBHOOK_LEASE", LEASE.toSeconds() + "s");
        settings.put("LOCKSTEP_WEBHOOK_CONNECTIONS_PER_RECEIVER", "4");
        one = ServerProcess.launch(settings);
        other = ServerProcess.launch(settings);
        one.awaitReady();
        other.awaitReady();
    }

    @AfterAll
    static void end() {
        one.close();
        other.close();
        receiver.close();
    }

    @Test
    void bothSendAndWhatAKilledOneHasClaimedGoesOnWithinTheLease() {
        String documents = "/v1/Services/"
                + Api.json(Bootstrap.api(one)
                                .post(
                                        "/v1/Services",
                                        "WebhooksFromRestEnabled=true&WebhookUrl=" + receiver.url("/hook")))
                        .getString("sid")
                + "/Documents";
        names().forEach(name -> Bootstrap.api(one).post(documents, "UniqueName=" + name));
        for (int round = 0; round < 10; round++) {
            Api api = Bootstrap.api(round % 2 == 0 ? one : other);
            names().forEach(name -> api.post(documents + "/" + name, "Data={}"));
        }
        awaitRevision(10);
        double byOne = delivered(one);
        double byOther = delivered(other);
        System.out.printf("webhooks: %.0f sent by one node, %.0f by the other%n", byOne, byOther);
        assertThat(byOne + byOther).isEqualTo(DOCUMENTS * 11);
        assertThat(Math.min(byOne, byOther)).isGreaterThanOrEqualTo(DOCUMENTS * 11 / 4.0);

        names().forEach(name -> Bootstrap.api(one).post(documents + "/" + name, "Data={}"));
        one.kill(); // in the middle of these: it hears of them first
        long killed = System.nanoTime();
        awaitRevision(11);

        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(LEASE.plusSeconds(5));
        receiver.arrivals()
                .forEach((name, revisions) -> assertThat(revisions.stream().distinct())
                        .as(name)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(0, 11).boxed().toList()));
    }

    private static List<String> names() {
        return IntStream.range(0, DOCUMENTS).mapToObj(i -> "document-" + i).toList();
    }

    private static void awaitRevision(long last) {
        Poll.until(
                "everything is told",
                DELIVERY,
                () -> names().stream()
                        .allMatch(name -> receiver.arrivals()
                                .getOrDefault(name, List.of())
                                .contains(last)));
    }

    private static double delivered(ServerProcess server) {
        Pattern counter =
                Pattern.compile("lockstep_webhook_attempts_seconds_count\\{outcome=\"delivered\"} ([0-9.E]+)");
        Matcher matcher = counter.matcher(server.management().get("/metrics").body());
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }
}
