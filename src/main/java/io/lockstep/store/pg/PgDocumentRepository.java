package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Document;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.Once;
import io.lockstep.store.pg.lane.WriteLanes;
import io.lockstep.write.DocumentCommand;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents in PostgreSQL: reads by statement, writes by the lanes. */
final class PgDocumentRepository implements DocumentRepository {

    private static final Sql SQL = Sql.load("document");
    private static final String GET = SQL.get("get");
    private static final String GET_BY_NAME = SQL.get("getByName");
    private static final String PAGE_AFTER = SQL.get("pageAfter");
    private static final String PAGE_BEFORE = SQL.get("pageBefore");
    private static final String SERVICE = SQL.get("service");

    private final Database database;
    private final WriteLanes<Keyed<DocumentCommand, Document>, Document> lanes;
    private final CombinedReads<Key<Sid>, Document> bySid;
    private final CombinedReads<Key<String>, Document> byName;

    PgDocumentRepository(Database database, WriteLanes<Keyed<DocumentCommand, Document>, Document> lanes) {
        this.database = database;
        this.lanes = lanes;
        this.bySid = new CombinedReads<>(database, GET, PgDocumentRepository::sids, DocumentWriter::toDocument);
        this.byName =
                new CombinedReads<>(database, GET_BY_NAME, PgDocumentRepository::names, DocumentWriter::toDocument);
    }

    @Override
    public Future<Document> create(Caller caller, Sid service, NewDocument document, @Nullable Once<Document> once) {
        Sid sid = Sid.generate(Sid.Kind.DOCUMENT);
        Object key = document.uniqueName() == null ? sid : document.uniqueName();
        return submit(
                caller,
                service,
                key,
                new DocumentCommand.Create(sid, document.uniqueName(), document.data(), document.ttl()),
                once);
    }

    @Override
    public Future<Document> update(
            Caller caller, Sid service, SidOrUniqueName name, DocumentPatch patch, @Nullable Once<Document> once) {
        return submit(
                caller,
                service,
                key(name),
                new DocumentCommand.Update(name, patch.data(), patch.ttl(), patch.ifMatch()),
                once);
    }

    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name, @Nullable String ifMatch) {
        return submit(caller, service, key(name), new DocumentCommand.Delete(name, ifMatch), null)
                .mapEmpty();
    }

    /** Writes that name an object in the same way go to one lane, and so into one batch. */
    private Future<Document> submit(
            Caller caller, Sid service, Object key, DocumentCommand command, @Nullable Once<Document> once) {
        return lanes.submit(key, new Write<>(caller, service, new Keyed<>(command, once)));
    }

    private static Object key(SidOrUniqueName name) {
        return name instanceof SidOrUniqueName.BySid one ? one.sid() : ((SidOrUniqueName.ByName) name).name();
    }

    @Override
    public Future<Document> get(Caller caller, Sid service, SidOrUniqueName name) {
        Future<@Nullable Document> document = name instanceof SidOrUniqueName.BySid one
                ? bySid.get(new Key<>(caller.accountSid(), service, one.sid()))
                : byName.get(new Key<>(caller.accountSid(), service, ((SidOrUniqueName.ByName) name).name()));
        return document.compose(found -> found == null
                ? inService(caller, service).compose(there -> Future.failedFuture(missing(name)))
                : Future.succeededFuture(found));
    }

    private static Tuple sids(List<Key<Sid>> keys) {
        return places(keys)
                .addArrayOfUUID(keys.stream().map(it -> it.name().id()).toArray(UUID[]::new));
    }

    private static Tuple names(List<Key<String>> keys) {
        return places(keys).addArrayOfString(keys.stream().map(Key::name).toArray(String[]::new));
    }

    private static Tuple places(List<? extends Key<?>> keys) {
        return Tuple.tuple()
                .addArrayOfUUID(keys.stream().map(it -> it.account().id()).toArray(UUID[]::new))
                .addArrayOfUUID(keys.stream().map(it -> it.service().id()).toArray(UUID[]::new));
    }

    @Override
    public Future<Page<Document>> page(Caller caller, Sid service, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        UUID key = cursor == null
                ? Rows.FIRST
                : requireNonNull(Sid.parse(Sid.Kind.DOCUMENT, cursor.key())).id();
        Tuple parameters = Tuple.of(
                caller.accountSid().id(), service.id(), key, request.size() + 1); // one more tells what follows
        return database.read(backward ? PAGE_BEFORE : PAGE_AFTER, parameters)
                .compose(rows -> rows.size() == 0 ? inService(caller, service).map(rows) : Future.succeededFuture(rows))
                .map(rows -> Pages.of(Rows.all(rows, DocumentWriter::toDocument), request));
    }

    /** Nothing was found: because there is no such Service, or because it has nothing. */
    private Future<Void> inService(Caller caller, Sid service) {
        return database.read(SERVICE, Tuple.of(caller.accountSid().id(), service.id()))
                .compose(rows -> rows.size() == 0
                        ? SyncException.failedFuture(ErrorCode.NOT_FOUND, "Service Instance not found")
                        : Future.succeededFuture());
    }

    private static SyncException missing(SidOrUniqueName name) {
        return name instanceof SidOrUniqueName.BySid
                ? new SyncException(ErrorCode.DOCUMENT_NOT_FOUND, "Document not found")
                : new SyncException(ErrorCode.UNIQUE_NAME_NOT_FOUND, "Unique name not found");
    }

    /** Where a document is asked for, and by what. */
    private record Key<N>(Sid account, Sid service, N name) {}
}
