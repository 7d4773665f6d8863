package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.lockstep.testing.Webhooks;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who waits for a webhook that fails, and for how long. */
class WebhookOrderTest {

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @BeforeEach
    void forgetOthers() {
        receiver.rest();
    }

    /** After a moment nobody waits any more. */
    @Nested
    class WithAShortHold {

        @RegisterExtension
        static final TestServer server = new TestServer(Map.of(
                "LOCKSTEP_WEBHOOK_BACKOFF", "100ms",
                "LOCKSTEP_WEBHOOK_HOLD", "1ms",
                "LOCKSTEP_WEBHOOK_BREAKER_FAILURES", "1000000"));

        @Test
        void aWebhookThatFailsForTooLongIsTriedBesideTheLine() {
            AtomicBoolean secondCame = new AtomicBoolean();
            receiver.prepare("/hold", 100, (webhook, request) -> {
                secondCame.compareAndSet(false, revision(webhook).equals("1"));
                WebhookReceiver.status(secondCame.get() ? 200 : 500).accept(request);
            });
            Webhooks webhooks = Webhooks.of(server, receiver.url("/hold"));

            webhooks.write("document");
            webhooks.awaitLatest("retrying");
            webhooks.write("document");

            webhooks.await("?State=delivered", all -> all.size() == 2);
            assertThat(receiver.rest())
                    .extracting(WithAShortHold::revision)
                    .startsWith("0")
                    .endsWith("1", "0");
        }

        private static String revision(Received webhook) {
            return webhook.parameters().get("DocumentRevision");
        }
    }

    /** A day is a second here. */
    @Nested
    class WithLittlePatience {

        @RegisterExtension
        static final TestServer server = new TestServer(Map.of(
                "LOCKSTEP_WEBHOOK_BACKOFF", "50ms",
                "LOCKSTEP_WEBHOOK_MAX_BACKOFF", "100ms",
                "LOCKSTEP_WEBHOOK_HOLD", "200ms",
                "LOCKSTEP_WEBHOOK_RETRY_FOR", "1s",
                "LOCKSTEP_WEBHOOK_BREAKER_FAILURES", "1000000"));

        @Test
        void aWebhookThatNeverSucceedsIsGivenUpInTheEnd() {
            receiver.prepare("/never", 1000, WebhookReceiver.status(500));
            Webhooks webhooks = Webhooks.of(server, receiver.url("/never"));

            webhooks.write("document");

            JsonObject delivery = webhooks.awaitLatest("failed");
            assertThat(delivery.getInteger("attempt_count")).isGreaterThan(3);
            assertThat(delivery.getJsonArray("attempts")).hasSize(delivery.getInteger("attempt_count"));
        }
    }

    /** One failure is enough. */
    @Nested
    class WithABreaker {

        @RegisterExtension
        static final TestServer server = new TestServer(Map.of(
                "LOCKSTEP_WEBHOOK_BACKOFF", "1ms",
                "LOCKSTEP_WEBHOOK_BREAKER_FAILURES", "2",
                "LOCKSTEP_WEBHOOK_BREAKER_PAUSE", "1s"));

        @Test
        void aReceiverInTroubleIsLeftAloneForAWhileWhateverIsForIt() {
            receiver.prepare("/trouble", 2, WebhookReceiver.status(500));
            Webhooks webhooks = Webhooks.of(server, receiver.url("/trouble"));

            webhooks.write("first");
            receiver.next();
            receiver.next();
            long begin = System.nanoTime();
            webhooks.write("second");
            Received third = receiver.next();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(800));
            List<JsonObject> delivered = webhooks.await("?State=delivered", all -> all.size() == 2);
            assertThat(third.headers().get("webhook-id"))
                    .isIn(delivered.stream().map(it -> it.getString("sid")).toList());
            assertThat(delivered)
                    .extracting(it -> it.getInteger("attempt_count"))
                    .containsExactlyInAnyOrder(1, 3);
        }
    }

    /** The default with a database of one's own. */
    @Nested
    class WithoutPrivateAddresses {

        @RegisterExtension
        static final TestServer server = new TestServer(Map.of("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "refuse"));

        @Test
        void nothingIsSentIntoANetworkOfOnesOwn() {
            String port = receiver.url("").replaceFirst(".*:", "");
            for (String host :
                    List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254")) {
                Webhooks webhooks = Webhooks.of(server, "http://" + host + ":" + port + "/private#rc=0&rp=all");

                webhooks.write("document");

                JsonObject delivery = webhooks.awaitLatest("failed");
                assertThat(delivery.getString("error")).as(host).isEqualTo("private_address");
            }
            assertThat(receiver.rest()).isEmpty();
        }
    }
}
