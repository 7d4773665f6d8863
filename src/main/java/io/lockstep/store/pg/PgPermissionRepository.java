package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Document;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.Once;
import io.lockstep.store.PermissionRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/** The permissions of documents in PostgreSQL; each write is one statement that may be sent again. */
final class PgPermissionRepository implements PermissionRepository {

    private static final Sql SQL = Sql.load("permission");
    private static final String PUT = SQL.get("put");
    private static final String GET = SQL.get("get");
    private static final String DELETE = SQL.get("delete");
    private static final String PAGE_AFTER = SQL.get("pageAfter");
    private static final String PAGE_BEFORE = SQL.get("pageBefore");

    private final Database database;
    private final SingleWrites<Permission> writes;
    private final DocumentRepository documents;

    PgPermissionRepository(Database database, DocumentRepository documents) {
        this.database = database;
        this.writes = new SingleWrites<>(database);
        this.documents = documents;
    }

    @Override
    public Future<Permission> put(
            Caller caller,
            Sid service,
            SidOrUniqueName object,
            String identity,
            Rights rights,
            @Nullable Once<Permission> once) {
        return writes.run(
                caller,
                service,
                once,
                statements -> object(caller, service, object)
                        .compose(document -> statements.run(
                                PUT,
                                key(document)
                                        .addString(identity)
                                        .addBoolean(rights.read())
                                        .addBoolean(rights.write())
                                        .addBoolean(rights.manage())))
                        .compose(rows -> rows.size() == 0
                                ? SyncException.failedFuture(ErrorCode.DOCUMENT_NOT_FOUND, "Document not found")
                                : Future.succeededFuture(
                                        toPermission(rows.iterator().next()))));
    }

    @Override
    public Future<Permission> get(Caller caller, Sid service, SidOrUniqueName object, String identity) {
        return object(caller, service, object)
                .compose(document -> database.read(GET, key(document).addString(identity)))
                .compose(rows -> rows.size() == 0
                        ? missing()
                        : Future.succeededFuture(toPermission(rows.iterator().next())));
    }

    /** An entry is looked for first: a delete that is sent again because its answer was lost finds none any more. */
    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName object, String identity) {
        return get(caller, service, object, identity)
                .compose(found -> database.write(
                        DELETE,
                        Tuple.of(found.serviceSid().id(), found.objectSid().id(), identity)))
                .mapEmpty();
    }

    @Override
    public Future<Page<Permission>> page(Caller caller, Sid service, SidOrUniqueName object, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        return object(caller, service, object)
                .compose(document -> database.read(
                        backward ? PAGE_BEFORE : PAGE_AFTER,
                        key(document)
                                .addString(cursor == null ? "" : cursor.key())
                                .addInteger(request.size() + 1))) // one more tells what follows
                .map(rows -> Pages.of(Rows.all(rows, PgPermissionRepository::toPermission), request));
    }

    private Future<Document> object(Caller caller, Sid service, SidOrUniqueName object) {
        return documents.get(caller, service, object);
    }

    private static Tuple key(Document document) {
        return Tuple.tuple()
                .addUUID(document.serviceSid().id())
                .addUUID(document.sid().id());
    }

    private static <T> Future<T> missing() {
        return SyncException.failedFuture(ErrorCode.PERMISSION_NOT_FOUND, "Permission not found");
    }

    private static Permission toPermission(Row row) {
        return new Permission(
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                Rows.sid(row, Sid.Kind.DOCUMENT, "object_sid"),
                row.getString("identity"),
                toRights(row));
    }

    static Rights toRights(Row row) {
        return new Rights(row.getBoolean("can_read"), row.getBoolean("can_write"), row.getBoolean("can_manage"));
    }
}
