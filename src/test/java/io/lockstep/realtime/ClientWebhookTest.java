package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks of what clients do, which a Service with a URL always has (webhooks.md section 1). */
class ClientWebhookTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @Test
    void theyTellWhoHasDoneItAndAtWhichEndpoint() {
        Issued key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        String service = server.post("/v1/Services", "WebhookUrl", receiver.url("/client"))
                .json()
                .getString("sid");
        String token = SocketClient.token(server.account(), key, "alice", service, 3600);
        try (SocketClient client = SocketClient.open(server)) {
            JsonObject reply = client.init(token, null);
            client.ok("POST", "/v3/Documents", "{}");
            Received first = receiver.next();
            String continuation = reply.getString("continuation_token");
            try (SocketClient again = SocketClient.open(server)) {
                again.init(token, continuation);
                again.ok("POST", "/v3/Documents", "{}");
                Received second = receiver.next();

                assertThat(first.event()).isEqualTo("document_created");
                assertThat(first.parameters())
                        .containsEntry("Identity", "alice")
                        .containsKey("EndpointId");
                assertThat(second.parameters().get("EndpointId"))
                        .isEqualTo(first.parameters().get("EndpointId"))
                        .isNotEmpty();
            }
        }
    }
}
