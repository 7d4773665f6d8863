package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks of a whole server, as a receiver sees them. */
class WebhookTest {

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Test
    void whatRestHasDoneToADocumentIsTold() {
        String documents = service(true, receiver.url("/told?tenant=blue"));

        String sid = create(documents, "board", "{\"a\": \"Zoë & co\"}");
        Received created = receiver.next();
        server.post(documents + "/board", "Data", "{}");
        Received updated = receiver.next();
        server.delete(documents + "/" + sid);
        Received removed = receiver.next();

        assertThat(created.path()).isEqualTo("/told");
        assertThat(created.headers())
                .containsEntry("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
                .containsKey("i-twilio-idempotency-token");
        assertThat(created.parameters())
                .containsEntry("EventType", "document_created")
                .containsEntry("DocumentSid", sid)
                .containsEntry("DocumentData", "{\"a\":\"Zoë & co\"}");
        assertThat(updated.parameters())
                .containsEntry("EventType", "document_updated")
                .containsEntry("DocumentRevision", "1");
        assertThat(removed.parameters())
                .containsEntry("EventType", "document_removed")
                .containsEntry("DocumentRevision", "2");
    }

    @Test
    void nothingIsToldWithoutTheFlagOrTheUrl() {
        String silent = service(false, receiver.url("/silent"));
        String nowhere = service(true, "");
        String told = service(true, receiver.url("/after"));

        create(silent, "first", "{}");
        create(nowhere, "first", "{}");
        create(told, "second", "{}");

        assertThat(receiver.next().path()).isEqualTo("/after");
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void theWebhooksOfADocumentComeInTheirOrder() {
        String documents = service(true, receiver.url("/ordered"));
        List<String> names = IntStream.range(0, 5).mapToObj(i -> "name" + i).toList();
        names.forEach(name -> create(documents, name, "{}"));
        IntStream.range(0, 20).forEach(i -> names.forEach(name -> server.post(documents + "/" + name, "Data", "{}")));

        Map<String, List<Long>> revisions = new HashMap<>();
        for (int i = 0; i < 5 * 21; i++) {
            Map<String, String> told = receiver.next().parameters();
            revisions
                    .computeIfAbsent(told.get("DocumentUniqueName"), name -> new ArrayList<>())
                    .add(Long.parseLong(told.get("DocumentRevision"), 16));
        }

        assertThat(revisions).hasSize(5);
        assertThat(revisions.values())
                .allSatisfy(seen -> assertThat(seen).isSorted().hasSize(21).doesNotHaveDuplicates());
    }

    @Test
    void aReceiverThatCannotBeReachedDelaysNobodyElse() {
        String broken = service(true, "http://127.0.0.1:1/");
        String told = service(true, receiver.url("/alive"));

        create(broken, "first", "{}");
        create(told, "second", "{}");

        assertThat(receiver.next().path()).isEqualTo("/alive");
    }

    private static String service(boolean fromRest, String url) {
        return "/v1/Services/"
                + server.post("/v1/Services", "WebhookUrl", url, "WebhooksFromRestEnabled", Boolean.toString(fromRest))
                        .json()
                        .getString("sid")
                + "/Documents";
    }

    private static String create(String documents, String name, String data) {
        return server.post(documents, "UniqueName", name, "Data", data).json().getString("sid");
    }
}
