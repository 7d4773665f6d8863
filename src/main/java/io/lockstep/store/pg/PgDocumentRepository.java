package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.Once;
import io.lockstep.write.DocumentCommand;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Documents in PostgreSQL: reads by statement, writes by the lanes. */
final class PgDocumentRepository implements DocumentRepository {

    private final ObjectReads<Document> reads;
    private final Lanes<DocumentCommand, Document> lanes;

    PgDocumentRepository(ObjectReads<Document> reads, Lanes<DocumentCommand, Document> lanes) {
        this.reads = reads;
        this.lanes = lanes;
    }

    @Override
    public Future<Document> create(Caller caller, Sid service, NewDocument document, @Nullable Once<Document> once) {
        Sid sid = Sid.generate(Sid.Kind.DOCUMENT);
        return lanes.submit(
                caller,
                service,
                new DocumentCommand.Create(sid, document.uniqueName(), document.data(), document.ttl()),
                once);
    }

    @Override
    public Future<Document> update(
            Caller caller, Sid service, SidOrUniqueName name, DocumentPatch patch, @Nullable Once<Document> once) {
        return lanes.submit(
                caller, service, new DocumentCommand.Update(name, patch.data(), patch.ttl(), patch.ifMatch()), once);
    }

    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name, @Nullable String ifMatch) {
        return lanes.submit(caller, service, new DocumentCommand.Delete(name, ifMatch), null)
                .mapEmpty();
    }

    @Override
    public Future<Document> get(Caller caller, Sid service, SidOrUniqueName name) {
        return reads.get(caller, service, name);
    }

    @Override
    public Future<Page<Document>> page(Caller caller, Sid service, PageRequest request) {
        return reads.page(caller, service, request);
    }
}
