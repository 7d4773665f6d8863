package io.lockstep.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.lockstep.testing.Webhooks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees of webhooks. */
class WebhookRoutesTest {

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_WEBHOOK_BACKOFF", "10ms"));

    private final Webhooks webhooks = Webhooks.of(server, receiver.url("/hook"));

    @BeforeEach
    void forgetOthers() {
        receiver.rest();
    }

    @Test
    void aDeliveryIsShownToTheField() {
        String document = webhooks.write("board");

        JsonObject shown = webhooks.awaitLatest("delivered");
        String sid = shown.getString("sid");
        String url = server.url(webhooks.deliveriesPath() + "/" + sid);
        assertThat(shown.fieldNames())
                .containsExactly(
                        "sid",
                        "account_sid",
                        "service_sid",
                        "object_sid",
                        "event_type",
                        "state",
                        "attempt_count",
                        "status",
                        "latency",
                        "error",
                        "error_code",
                        "date_created",
                        "date_done",
                        "url",
                        "links",
                        "parameters",
                        "attempts");
        assertThat(sid).matches("WD[0-9a-f]{32}");
        assertThat(shown.getString("account_sid"))
                .isEqualTo(server.account().sid().toString());
        assertThat(shown.getString("service_sid")).isEqualTo(webhooks.serviceSid());
        assertThat(shown.getString("object_sid")).isEqualTo(document);
        assertThat(shown.getString("event_type")).isEqualTo("document_created");
        assertThat(shown.getInteger("attempt_count")).isEqualTo(1);
        assertThat(shown.getInteger("status")).isEqualTo(200);
        assertThat(shown.getInteger("latency")).isNotNegative();
        assertThat(shown.getValue("error")).isNull();
        assertThat(shown.getValue("error_code")).isNull();
        assertThat(shown.getString("url")).isEqualTo(url);
        assertThat(shown.getJsonObject("links")).isEqualTo(new JsonObject().put("resend", url + "/Resend"));
        assertThat(shown.getJsonObject("parameters").getMap())
                .isEqualTo(Map.copyOf(receiver.next().parameters()));
        assertThat(attempts(shown)).singleElement().satisfies(attempt -> {
            assertThat(attempt.fieldNames())
                    .containsExactly("number", "date", "status", "latency", "error", "error_code", "response");
            assertThat(attempt.getInteger("number")).isEqualTo(1);
            assertThat(attempt.getInteger("status")).isEqualTo(200);
        });
    }

    @Test
    void deliveriesAreListedTheLatestFirstInPages() {
        IntStream.range(0, 5).forEach(i -> webhooks.write("document-" + i));
        webhooks.await("?State=delivered", all -> all.size() == 5);

        List<String> names = new ArrayList<>();
        List<JsonObject> pages = new ArrayList<>();
        String next = webhooks.deliveriesPath() + "?PageSize=2&EventType=document_created";
        while (next != null) {
            JsonObject page = server.get(next).json();
            pages.add(page);
            page.getJsonArray("webhook_deliveries").stream()
                    .map(it -> webhooks.fetch(((JsonObject) it).getString("sid")))
                    .forEach(it -> names.add(it.getJsonObject("parameters").getString("DocumentUniqueName")));
            next = path(page, "next_page_url");
        }

        assertThat(names).containsExactly("document-4", "document-3", "document-2", "document-1", "document-0");
        assertThat(pages).hasSize(3);
        assertThat(pages.get(1).getJsonObject("meta").getString("key")).isEqualTo("webhook_deliveries");
        assertThat(server.get(path(pages.get(1), "previous_page_url")).json().getJsonArray("webhook_deliveries"))
                .isEqualTo(pages.get(0).getJsonArray("webhook_deliveries"));
    }

    @Test
    void deliveriesAreFoundByWhatTheyAre() {
        String board = webhooks.write("board");
        webhooks.write("board");
        webhooks.write("other");
        List<JsonObject> all = webhooks.await("?State=delivered", them -> them.size() == 3);
        String created = all.get(0).getString("date_created");

        assertThat(webhooks.list("?ObjectSid=" + board)).hasSize(2);
        assertThat(webhooks.list("?ObjectSid=" + board + "&EventType=document_updated"))
                .hasSize(1);
        assertThat(webhooks.list("?EventType=map_created")).isEmpty();
        for (String state : List.of("waiting", "retrying", "failed", "dropped")) {
            assertThat(webhooks.list("?State=" + state)).as(state).isEmpty();
        }
        assertThat(webhooks.list("?DateCreatedAfter=2020-01-01T00:00:00Z")).hasSize(3);
        assertThat(webhooks.list("?DateCreatedBefore=2020-01-01T00:00:00Z")).isEmpty();
        assertThat(webhooks.list("?DateCreatedBefore=" + created + "&DateCreatedAfter=" + created))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "State=lost",
                "ObjectSid=board",
                "ObjectSid=IS00000000000000000000000000000000",
                "DateCreatedAfter=yesterday",
                "DateCreatedBefore=2020-01-01",
                "PageSize=0",
                "PageToken=x"
            })
    void aBadFilterIsRefused(String query) {
        Answer answer = server.get(webhooks.deliveriesPath() + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isIn(20001, 54453, 54454);
    }

    @Test
    void whatHasFailedIsSentAgainUnderTheSameToken() {
        receiver.prepare("/once", WebhookReceiver.status(500));
        webhooks.setUrl(receiver.url("/once#rc=0"));
        webhooks.write("board");
        JsonObject failed = webhooks.awaitLatest("failed");
        assertThat(webhooks.list("?State=failed")).hasSize(1);

        Answer answer = server.post(webhooks.deliveriesPath() + "/" + failed.getString("sid") + "/Resend");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().getString("sid")).isEqualTo(failed.getString("sid"));
        JsonObject delivered = webhooks.awaitLatest("delivered");
        assertThat(attempts(delivered))
                .extracting(it -> it.getInteger("status"))
                .containsExactly(500, 200);
        Received first = receiver.next();
        Received second = receiver.next();
        assertThat(second.headers().get("i-twilio-idempotency-token"))
                .isEqualTo(first.headers().get("i-twilio-idempotency-token"))
                .isEqualTo(failed.getString("sid"));
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void whatWasDeliveredIsSentAgainWhoeverAsks() {
        webhooks.write("board");
        JsonObject delivered = webhooks.awaitLatest("delivered");
        receiver.next();

        server.post(webhooks.deliveriesPath() + "/" + delivered.getString("sid") + "/Resend");

        assertThat(receiver.next().headers()).containsEntry("webhook-id", delivered.getString("sid"));
        webhooks.awaitLatest(it -> it.getString("state").equals("delivered") && it.getInteger("attempt_count") == 2);
    }

    @Test
    void nobodyElsesDeliveriesAreThere() {
        webhooks.write("board");
        JsonObject delivery = webhooks.awaitLatest("delivered");
        String one = webhooks.deliveriesPath() + "/" + delivery.getString("sid");
        String elsewhere = Webhooks.of(server, "").deliveriesPath() + "/" + delivery.getString("sid");
        Issued stranger = server.newAccount();

        for (String path :
                List.of(one, webhooks.deliveriesPath(), one.replaceFirst("/WebhookDeliveries.*", "/Webhook"))) {
            Answer answer =
                    server.send(TestServer.as(stranger, server.request(path)).GET());
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.code()).isEqualTo(20404);
        }
        Answer resend = server.send(TestServer.as(stranger, server.postForm(one + "/Resend", "")));
        assertThat(resend.status()).isEqualTo(404);
        assertThat(server.get(elsewhere).status()).isEqualTo(404);
        assertThat(server.get(webhooks.deliveriesPath() + "/WD" + "0".repeat(32))
                        .status())
                .isEqualTo(404);
        assertThat(server.get(webhooks.deliveriesPath() + "/nothing").status()).isEqualTo(404);
    }

    @Test
    void aServiceHasASecretThatSigns() throws Exception {
        String path = "/lockstep/v1/Services/" + webhooks.serviceSid() + "/Webhook";
        JsonObject before = server.get(path).json();
        webhooks.write("board");
        Received first = receiver.next();
        JsonObject after = server.post(path + "/RotateSecret").json();
        webhooks.write("board");
        Received second = receiver.next();

        assertThat(before.getString("secret")).startsWith("whsec_");
        assertThat(before.getString("webhook_url")).isEqualTo(receiver.url("/hook"));
        assertThat(before.getString("state")).isEqualTo("active");
        assertThat(before.getValue("date_secret_rotated")).isNull();
        assertThat(after.getString("secret")).startsWith("whsec_").isNotEqualTo(before.getString("secret"));
        assertThat(after.getString("date_secret_rotated")).isNotNull();
        assertThat(server.get(path).json()).isEqualTo(after);
        assertThat(first.headers()).containsEntry("webhook-signature", signature(before, first));
        assertThat(second.headers())
                .containsEntry("webhook-signature", signature(after, second) + " " + signature(before, second));
    }

    private static String signature(JsonObject settings, Received received) throws Exception {
        byte[] secret = Base64.getDecoder().decode(settings.getString("secret").substring("whsec_".length()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signed = received.headers().get("webhook-id") + "."
                + received.headers().get("webhook-timestamp") + "." + received.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String path(JsonObject page, String link) {
        String url = page.getJsonObject("meta").getString(link);
        return url == null ? null : url.replaceFirst("https?://[^/]*", "");
    }

    private static List<JsonObject> attempts(JsonObject delivery) {
        JsonArray attempts = delivery.getJsonArray("attempts");
        return attempts.stream().map(JsonObject.class::cast).toList();
    }
}
