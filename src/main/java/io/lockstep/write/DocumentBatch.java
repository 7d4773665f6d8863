package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.write.DocumentCommand.Create;
import io.lockstep.write.DocumentCommand.Delete;
import io.lockstep.write.DocumentCommand.Update;
import org.jspecify.annotations.Nullable;

/** Decides writes to documents. */
public final class DocumentBatch implements Decisions<DocumentCommand, Document, Document> {

    private final WorkingSet<Document> documents;

    public DocumentBatch(Locked<Document> locked, Rules rules) {
        this.documents = new WorkingSet<>(locked, rules);
    }

    @Override
    public WorkingSet<Document> objects() {
        return documents;
    }

    @Override
    public Outcome<Document> decide(Write<DocumentCommand> write) {
        return documents.inService(write, () -> decideInService(write));
    }

    private Outcome<Document> decideInService(Write<DocumentCommand> write) {
        if (write.command() instanceof Create create) {
            return documents.create(write.caller(), document(write, create));
        }
        if (write.command() instanceof Update update) {
            return documents.onObject(
                    write,
                    Sid.Kind.DOCUMENT,
                    Rights::write,
                    it -> matches(it, update.ifMatch()) ? update(write, it, update) : stale(it));
        }
        if (write.command() instanceof Delete delete) {
            return documents.onObject(
                    write,
                    Sid.Kind.DOCUMENT,
                    Rights::manage,
                    it -> matches(it, delete.ifMatch()) ? delete(write, it) : stale(it));
        }
        return documents.expire(write, Sid.Kind.DOCUMENT); // the only command that is left
    }

    private Document document(Write<?> write, Create create) {
        return new Document(
                create.sid(),
                write.serviceSid(),
                create.uniqueName(),
                create.data(),
                0,
                write.caller().identity(),
                documents.now(),
                documents.now(),
                documents.expiry(create.ttl()));
    }

    private static boolean matches(Document document, @Nullable String ifMatch) {
        return ifMatch == null || ifMatch.equals(document.revision());
    }

    private static Outcome<Document> stale(Document document) {
        return new Outcome.Refused<>(ErrorCode.DOCUMENT_REVISION_MISMATCH, "The revision is " + document.revision());
    }

    private Outcome<Document> update(Write<?> write, Document before, Update update) {
        JsonText data = update.data();
        Document after = new Document(
                before.sid(),
                before.serviceSid(),
                before.uniqueName(),
                data == null ? before.data() : data,
                before.lastEventId() + 1,
                before.createdBy(),
                before.dateCreated(),
                documents.later(before.dateUpdated()),
                documents.expiry(update.ttl(), before.dateExpires()));
        documents.replace(after);
        documents.record(new Change.DocumentUpdated(after, write.caller()));
        return new Outcome.Done<>(after);
    }

    private Outcome<Document> delete(Write<?> write, Document before) {
        documents.delete(write.caller(), before);
        return new Outcome.Done<>(before);
    }
}
