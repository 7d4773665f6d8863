package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.lockstep.testing.Webhooks;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of webhooks whose receiver is not well, and what an operator sees of it. */
class WebhookFailureTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "LOCKSTEP_WEBHOOK_BACKOFF", "20ms",
            "LOCKSTEP_WEBHOOK_MAX_BACKOFF", "100ms",
            "LOCKSTEP_WEBHOOK_BREAKER_FAILURES", "1000000");

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @RegisterExtension
    static final TestServer server = new TestServer(SETTINGS);

    @BeforeEach
    void forgetOthers() {
        receiver.rest();
    }

    static List<Arguments> answers() {
        return List.of(
                Arguments.of("/redirect", redirect(), "redirect", 302, 11215),
                Arguments.of("/missing", WebhookReceiver.status(404), "client_error", 404, 11200),
                Arguments.of("/busy", WebhookReceiver.status(429), "client_error", 429, 11200),
                Arguments.of("/broken", WebhookReceiver.status(500), "server_error", 500, 11200),
                Arguments.of(
                        "/hanging", (Consumer<HttpServerRequest>) WebhookReceiver::hang, "read_timeout", null, 11200),
                Arguments.of(
                        "/closing",
                        (Consumer<HttpServerRequest>) WebhookFailureTest::close,
                        "broken_response",
                        null,
                        11200),
                Arguments.of(
                        "/trickling",
                        (Consumer<HttpServerRequest>) WebhookFailureTest::trickle,
                        "read_timeout",
                        null,
                        11200));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void aWebhookThatIsNotTakenIsTriedAsOftenAsItsUrlSaysThenGivenUp(
            String path, Consumer<HttpServerRequest> answer, String error, Integer status, int code) {
        receiver.prepare(path, 4, answer);
        Webhooks webhooks = Webhooks.of(server, receiver.url(path) + "#rt=200&tt=400&rc=1&rp=all");

        webhooks.write("document");

        JsonObject delivery = webhooks.awaitLatest("failed");
        assertThat(delivery.getInteger("attempt_count")).isEqualTo(2);
        assertThat(delivery.getString("error")).isEqualTo(error);
        assertThat(delivery.getInteger("error_code")).isEqualTo(code);
        assertThat(delivery.getInteger("status")).isEqualTo(status);
        assertThat(delivery.getString("date_done")).isNotNull();
        assertThat(attempts(delivery)).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.getString("error")).isEqualTo(error);
            assertThat(attempt.getInteger("status")).isEqualTo(status);
        });
        assertThat(receiver.rest().stream().map(it -> it.headers().get("i-twilio-idempotency-token")))
                .isNotEmpty()
                .containsOnly(delivery.getString("sid"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1/, connection_failed, 11205",
        "http://nowhere.invalid/, dns_failed, 11210",
        "http://[::ffff:127.0.0.1]:1/, connection_failed, 11205",
    })
    void aReceiverThatCannotBeReachedIsTold(String url, String error, int code) {
        Webhooks webhooks = Webhooks.of(server, url + "#rc=1&rp=all");

        webhooks.write("document");

        JsonObject delivery = webhooks.awaitLatest("failed");
        assertThat(delivery.getString("error")).isEqualTo(error);
        assertThat(delivery.getInteger("error_code")).isEqualTo(code);
        assertThat(attempts(delivery)).hasSize(2);
    }

    @Test
    void encryptionThatFailsIsTold() {
        Webhooks webhooks = Webhooks.of(server, receiver.url("/").replace("http:", "https:") + "#rc=0&rp=all");

        webhooks.write("document");

        assertThat(webhooks.awaitLatest("failed").getString("error")).isEqualTo("tls_failed");
    }

    @Test
    void ofAHugeAnswerOnlyTheBeginningIsRead() {
        AtomicLong written = new AtomicLong();
        receiver.prepare("/huge", request -> {
            request.response().setChunked(true);
            flood(request, written);
        });
        Webhooks webhooks = Webhooks.of(server, receiver.url("/huge"));

        webhooks.write("document");

        JsonObject delivery = webhooks.awaitLatest("delivered");
        assertThat(delivery.getInteger("attempt_count")).isEqualTo(1);
        assertThat(written.get()).isLessThan(100_000_000);
    }

    @Test
    void anAnswerThatIsNoTextIsNoHindrance() {
        receiver.prepare(
                "/bytes",
                request -> request.response().setStatusCode(500).end(Buffer.buffer(new byte[] {0, -1, -2, 'x'})));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/bytes"));

        webhooks.write("document");

        JsonObject delivery = webhooks.awaitLatest("delivered");
        assertThat(attempts(delivery)).hasSize(2);
        assertThat(attempts(delivery).get(0).getString("response")).endsWith("x");
    }

    @Test
    void whatFailsIsTriedAgainUntilItIsTakenWithTheLaterOnesWaiting() {
        receiver.prepare("/late", 2, WebhookReceiver.status(500));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/late"));

        webhooks.write("document");
        webhooks.write("document");

        JsonObject second = webhooks.awaitLatest("delivered");
        JsonObject first = webhooks.fetch(webhooks.list("").get(1).getString("sid"));
        assertThat(receiver.rest())
                .extracting(it -> it.parameters().get("DocumentRevision"))
                .containsExactly("0", "0", "0", "1");
        assertThat(first.getString("state")).isEqualTo("delivered");
        assertThat(attempts(first)).extracting(it -> it.getInteger("status")).containsExactly(500, 500, 200);
        assertThat(attempts(first)).extracting(it -> it.getInteger("number")).containsExactly(1, 2, 3);
        assertThat(attempts(second))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.getInteger("status")).isEqualTo(200));
    }

    @Test
    void aReceiverThatWantsNoMoreGetsNoMoreUntilItsUrlIsSetAnew() {
        receiver.prepare("/gone", WebhookReceiver.status(410));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/gone"));
        String settings = "/lockstep/v1/Services/" + webhooks.serviceSid() + "/Webhook";

        webhooks.write("first");
        JsonObject first = webhooks.awaitLatest("failed");
        assertThat(first.getString("error")).isEqualTo("gone");
        assertThat(first.getInteger("attempt_count")).isEqualTo(1);
        assertThat(server.get(settings).json().getString("state")).isEqualTo("gone");
        webhooks.write("second");
        assertThat(webhooks.list("")).hasSize(1);

        webhooks.setUrl(receiver.url("/gone"));
        webhooks.write("third");

        webhooks.awaitLatest("delivered");
        assertThat(server.get(settings).json().getString("state")).isEqualTo("active");
        assertThat(receiver.rest())
                .extracting(it -> it.parameters().get("DocumentUniqueName"))
                .containsExactly("first", "third");
    }

    @Test
    void whatWaitsForAReceiverThatWantsNoMoreIsDropped() {
        receiver.prepare("/leaving", WebhookReceiver.status(500));
        receiver.prepare("/leaving", WebhookReceiver.status(410));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/leaving"));

        webhooks.write("document");
        webhooks.write("document");

        JsonObject second = webhooks.awaitLatest(it -> it.getString("date_done") != null);
        assertThat(second.getString("state")).isEqualTo("dropped");
        assertThat(second.getString("error")).isEqualTo("gone");
    }

    @Test
    void aReceiverThatNamesAPauseGetsIt() {
        receiver.prepare(
                "/pausing",
                request -> request.response()
                        .putHeader("Retry-After", "1")
                        .setStatusCode(429)
                        .end());
        Webhooks webhooks = Webhooks.of(server, receiver.url("/pausing"));

        webhooks.write("document");
        receiver.next();
        long begin = System.nanoTime();
        receiver.next();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(800));
        webhooks.awaitLatest("delivered");
    }

    @Test
    void whatWaitsGoesToTheUrlThatItsServiceHasThen() {
        Webhooks webhooks = Webhooks.of(server, receiver.url("/old"));
        receiver.prepare("/old", 1000, WebhookReceiver.status(500));

        webhooks.write("document");
        receiver.next();
        webhooks.setUrl(receiver.url("/new"));

        webhooks.awaitLatest("delivered");
        List<Received> received = receiver.rest();
        assertThat(received.get(received.size() - 1).path()).isEqualTo("/new");
    }

    @Test
    void whatWaitsForAUrlThatIsClearedIsDropped() {
        receiver.prepare("/clear", 1000, WebhookReceiver.status(500));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/clear"));

        webhooks.write("document");
        receiver.next();
        webhooks.setUrl("");

        JsonObject delivery = webhooks.awaitLatest("dropped");
        assertThat(delivery.getString("error")).isEqualTo("url_cleared");
        receiver.rest();
    }

    @Test
    void nothingIsSentForAServiceThatIsNoMore() {
        receiver.prepare("/deleted", 1000, WebhookReceiver.status(500));
        Webhooks webhooks = Webhooks.of(server, receiver.url("/deleted"));

        webhooks.write("document");
        receiver.next();
        assertThat(server.delete(webhooks.path()).status()).isEqualTo(204);
        assertThat(server.get(webhooks.deliveriesPath()).status()).isEqualTo(404);
        receiver.rest();

        Webhooks other = Webhooks.of(server, receiver.url("/other"));
        other.write("document");
        other.awaitLatest("delivered");
        assertThat(receiver.rest())
                .filteredOn(it -> it.path().equals("/deleted"))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void credentialsAreForAReceiverThatAsksForThem() {
        receiver.prepare(
                "/secret",
                request -> request.response()
                        .putHeader("WWW-Authenticate", "Basic realm=\"hooks\"")
                        .setStatusCode(401)
                        .end());
        Webhooks webhooks = Webhooks.of(server, receiver.url("/secret").replace("http://", "http://user:pass@"));

        webhooks.write("document");

        assertThat(webhooks.awaitLatest("delivered").getInteger("attempt_count"))
                .isEqualTo(1);
        assertThat(receiver.next().headers()).doesNotContainKey("authorization");
        assertThat(receiver.next().headers()).containsEntry("authorization", TestServer.basic("user:pass"));
    }

    private static Consumer<HttpServerRequest> redirect() {
        return request -> request.response()
                .putHeader("Location", "/elsewhere")
                .setStatusCode(302)
                .end();
    }

    private static void close(HttpServerRequest request) {
        request.connection().close();
    }

    /** A byte now and then, for ever. */
    private static void trickle(HttpServerRequest request) {
        if (request.response().closed()) {
            return;
        }
        if (!request.response().isChunked()) {
            request.response().setChunked(true);
        }
        request.response().write("x");
        Vertx.currentContext().owner().setTimer(50, timer -> trickle(request));
    }

    private static void flood(HttpServerRequest request, AtomicLong written) {
        Buffer chunk = Buffer.buffer(new byte[16_384]);
        request.response().write(chunk).onSuccess(done -> {
            written.addAndGet(chunk.length());
            flood(request, written);
        });
    }

    private static List<JsonObject> attempts(JsonObject delivery) {
        JsonArray attempts = delivery.getJsonArray("attempts");
        return attempts.stream().map(JsonObject.class::cast).toList();
    }
}
