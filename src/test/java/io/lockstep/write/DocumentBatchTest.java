package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentBatchTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Sid account = Sid.generate(Sid.Kind.ACCOUNT);
    private final Sid service = Sid.generate(Sid.Kind.SERVICE);
    private final Caller backend = new Caller.Backend(account);
    private final Caller alice = new Caller.Client(account, service, "alice", "endpoint");

    @ParameterizedTest
    @CsvSource({"true, false, false", "false, true, true", "false, false, true", "false, true, false"})
    void aClientNeedsTheRightToWriteOrToManage(boolean read, boolean write, boolean manage) {
        Document document = document(NOW, null);
        Map<Subject, Rights> rights = Map.of(new Subject(document.sid(), "alice"), new Rights(read, write, manage));

        Outcome<Document> update = batch(true, document, rights).decide(update(alice, document));
        Outcome<Document> delete = batch(true, document, rights).decide(delete(alice, document));

        assertThat(refusal(update)).isEqualTo(write ? null : ErrorCode.FORBIDDEN);
        assertThat(refusal(delete)).isEqualTo(manage ? null : ErrorCode.FORBIDDEN);
    }

    @Test
    void noRightIsNeededWhereTheServiceAppliesNone() {
        Document document = document(NOW, null);

        Outcome<Document> update = batch(false, document, Map.of()).decide(update(alice, document));

        assertThat(refusal(update)).isNull();
    }

    @Test
    void aBackendNeedsNoRight() {
        Document document = document(NOW, null);

        assertThat(refusal(batch(true, document, Map.of()).decide(delete(backend, document))))
                .isNull();
    }

    @Test
    void anExpiredDocumentIsRemovedByWhoeverMeetsItAndOnlyOnce() {
        Document document = document(NOW, NOW);
        DocumentBatch batch = batch(true, document, Map.of());

        Outcome<Document> first = batch.decide(update(alice, document));
        Outcome<Document> second = batch.decide(delete(backend, document));

        assertThat(refusal(first)).isEqualTo(ErrorCode.DOCUMENT_NOT_FOUND);
        assertThat(refusal(second)).isEqualTo(ErrorCode.DOCUMENT_NOT_FOUND);
        assertThat(batch.objects().removed()).containsExactly(document);
        assertThat(batch.objects().changes()).containsExactly(new Change.ObjectRemoved(document, backend, NOW));
    }

    @Test
    void theDateOfAChangeNeverGoesBack() {
        Instant ahead = NOW.plusSeconds(5);
        Document document = document(ahead, null);
        DocumentBatch batch = batch(true, document, Map.of());

        batch.decide(update(backend, document));

        assertThat(batch.objects().updated())
                .singleElement()
                .extracting(Document::dateUpdated)
                .isEqualTo(ahead);
    }

    @Test
    void whatIsCreatedAndDeletedInOneBatchLeavesNoRow() {
        Document document = document(NOW, null);
        DocumentBatch batch = batch(true, document, Map.of());
        var create = new DocumentCommand.Create(Sid.generate(Sid.Kind.DOCUMENT), "name", JsonText.EMPTY_OBJECT, 0);

        batch.decide(new Write<>(alice, service, create));
        batch.decide(new Write<>(alice, service, new DocumentCommand.Delete(new SidOrUniqueName.ByName("name"), "0")));

        assertThat(batch.objects().inserted()).isEmpty();
        assertThat(batch.objects().removed()).isEmpty();
        assertThat(batch.objects().granted()).isEmpty();
        assertThat(batch.objects().changes()).extracting(Change::eventId).containsExactly(0L, 1L);
    }

    private DocumentBatch batch(boolean acl, Document document, Map<Subject, Rights> rights) {
        Map<Sid, ServiceState> services = Map.of(service, new ServiceState(service, account, acl, false, false));
        return new DocumentBatch(
                new Locked<>(services, List.of(document), rights, NOW), new Rules(true, false, Limits.NONE));
    }

    private Document document(Instant updated, Instant expires) {
        return new Document(
                Sid.generate(Sid.Kind.DOCUMENT),
                service,
                null,
                JsonText.EMPTY_OBJECT,
                0,
                "system",
                NOW,
                updated,
                expires);
    }

    private Write<DocumentCommand> update(Caller caller, Document document) {
        SidOrUniqueName name = new SidOrUniqueName.BySid(document.sid());
        return new Write<>(caller, service, new DocumentCommand.Update(name, JsonText.EMPTY_OBJECT, null, null));
    }

    private Write<DocumentCommand> delete(Caller caller, Document document) {
        return new Write<>(
                caller, service, new DocumentCommand.Delete(new SidOrUniqueName.BySid(document.sid()), null));
    }

    private static ErrorCode refusal(Outcome<Document> outcome) {
        return outcome instanceof Outcome.Refused<Document> refused ? refused.errorCode() : null;
    }
}
