package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncObject;
import io.lockstep.store.Once;
import io.lockstep.store.PermissionRepository;
import io.lockstep.write.Limits;
import io.lockstep.write.Refusals;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The permissions of one kind of object in PostgreSQL; each write is one statement that may be sent again. */
final class PgPermissionRepository<O extends SyncObject> implements PermissionRepository {

    private final Database database;
    private final SingleWrites<Permission> writes;
    private final Sid.Kind kind;
    private final ObjectReads<O> objects;
    private final Limits limits;
    private final String put;
    private final String get;
    private final String delete;
    private final String pageAfter;
    private final String pageBefore;

    PgPermissionRepository(Database database, Sid.Kind kind, ObjectReads<O> objects, Limits limits) {
        this.database = database;
        this.writes = new SingleWrites<>(database);
        this.kind = kind;
        this.objects = objects;
        this.limits = limits;
        Sql sql = Sql.load("permission", Map.of("table", ObjectTable.name(kind)));
        this.put = sql.get("put");
        this.get = sql.get("get");
        this.delete = sql.get("delete");
        this.pageAfter = sql.get("pageAfter");
        this.pageBefore = sql.get("pageBefore");
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
                statements -> object(caller, service, object, identity)
                        .compose(found -> statements.run(
                                put,
                                key(found)
                                        .addString(identity)
                                        .addBoolean(rights.read())
                                        .addBoolean(rights.write())
                                        .addBoolean(rights.manage())))
                        .compose(rows -> rows.size() == 0
                                ? Future.failedFuture(Refusals.missing(kind, object))
                                : Future.succeededFuture(
                                        toPermission(rows.iterator().next()))));
    }

    @Override
    public Future<Permission> get(Caller caller, Sid service, SidOrUniqueName object, String identity) {
        return object(caller, service, object, identity)
                .compose(found -> database.read(get, key(found).addString(identity)))
                .compose(rows -> rows.size() == 0
                        ? missing()
                        : Future.succeededFuture(toPermission(rows.iterator().next())));
    }

    /** An entry is looked for first: a delete that is sent again because its answer was lost finds none any more. */
    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName object, String identity) {
        return get(caller, service, object, identity)
                .compose(found -> database.write(
                        delete,
                        Tuple.of(found.serviceSid().id(), found.objectSid().id(), identity)))
                .mapEmpty();
    }

    @Override
    public Future<Page<Permission>> page(Caller caller, Sid service, SidOrUniqueName object, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        return objects.find(caller, service, object)
                .compose(found -> database.read(
                        backward ? pageBefore : pageAfter,
                        key(found)
                                .addString(cursor == null ? "" : cursor.key())
                                .addInteger(request.size() + 1))) // one more tells what follows
                .map(rows -> Pages.of(Rows.all(rows, this::toPermission), request));
    }

    private Future<O> object(Caller caller, Sid service, SidOrUniqueName object, String identity) {
        return objects.find(caller, service, object).compose(found -> {
            SyncException tooOften = limits.onPermission(found.sid(), identity);
            return tooOften == null ? Future.succeededFuture(found) : Future.failedFuture(tooOften);
        });
    }

    private static Tuple key(SyncObject object) {
        return Tuple.tuple()
                .addUUID(object.serviceSid().id())
                .addUUID(object.sid().id());
    }

    private static <T> Future<T> missing() {
        return SyncException.failedFuture(ErrorCode.PERMISSION_NOT_FOUND, "Permission not found");
    }

    private Permission toPermission(Row row) {
        return new Permission(
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                Rows.sid(row, kind, "object_sid"),
                row.getString("identity"),
                toRights(row));
    }

    static Rights toRights(Row row) {
        return new Rights(row.getBoolean("can_read"), row.getBoolean("can_write"), row.getBoolean("can_manage"));
    }
}
