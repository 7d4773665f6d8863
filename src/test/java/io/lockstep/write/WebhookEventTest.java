package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookEventTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Sid account = Sid.generate(Sid.Kind.ACCOUNT);
    private final Sid service = Sid.generate(Sid.Kind.SERVICE);
    private final Sid sid = Sid.generate(Sid.Kind.DOCUMENT);
    private final Caller backend = new Caller.Backend(account);

    @Test
    void aCreatedDocumentIsToldWithItsData() {
        assertThat(parameters(new Change.ObjectCreated(document("board", 0), backend)))
                .containsExactly(
                        entry("AccountSid", account.toString()),
                        entry("ServiceSid", service.toString()),
                        entry("EventType", "document_created"),
                        entry("Identity", "system"),
                        entry("DocumentSid", sid.toString()),
                        entry("DocumentUniqueName", "board"),
                        entry("DocumentRevision", "0"),
                        entry("DocumentData", "{\"score\":12}"));
    }

    @Test
    void whatAClientHasCausedNamesItAndItsEndpoint() {
        Caller alice = new Caller.Client(account, service, "alice", "ep-7");

        assertThat(parameters(new Change.DocumentUpdated(document("board", 30), alice)))
                .containsEntry("EventType", "document_updated")
                .containsEntry("Identity", "alice")
                .containsEntry("EndpointId", "ep-7")
                .containsEntry("DocumentRevision", "1e");
    }

    @Test
    void aRemovedDocumentIsToldWithoutItsData() {
        assertThat(parameters(new Change.ObjectRemoved(document("board", 8), backend, NOW)))
                .containsEntry("EventType", "document_removed")
                .containsEntry("DocumentRevision", "9")
                .doesNotContainKey("DocumentData");
    }

    @Test
    void aNameThatIsNotThereIsLeftOut() {
        assertThat(parameters(new Change.ObjectCreated(document(null, 0), backend)))
                .doesNotContainKey("DocumentUniqueName");
    }

    private Map<String, String> parameters(Change change) {
        return WebhookEvent.of(change, account).parameters();
    }

    private Document document(String name, long eventId) {
        JsonText data = new JsonText("{\"score\":12}");
        return new Document(sid, service, name, data, eventId, "system", NOW, NOW, null);
    }
}
