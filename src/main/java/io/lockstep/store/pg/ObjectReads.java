package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncObject;
import io.lockstep.store.ReplayRepository.Followed;
import io.lockstep.write.Limits;
import io.lockstep.write.Refusals;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads objects of one kind. */
final class ObjectReads<O extends SyncObject> {

    private final Database database;
    private final ObjectTable<O> table;
    private final Limits limits;
    private final CombinedReads<Key<Sid>, O> bySid;
    private final CombinedReads<Key<String>, O> byName;
    private final CombinedReads<Reader, Boolean> readable;
    private final String pageAfter;
    private final String pageBefore;
    private final String service;
    private final String compare;

    ObjectReads(Database database, ObjectTable<O> table, Limits limits) {
        this.database = database;
        this.limits = limits;
        this.table = table;
        this.bySid = new CombinedReads<>(database, table.sql("get"), ObjectReads::sids, table::toObject);
        this.byName = new CombinedReads<>(database, table.sql("getByName"), ObjectReads::names, table::toObject);
        this.readable = new CombinedReads<>(
                database, table.sql("readable"), ObjectReads::readers, row -> row.getBoolean("readable"));
        this.pageAfter = table.sql("pageAfter");
        this.pageBefore = table.sql("pageBefore");
        this.service = table.sql("service");
        this.compare = table.sql("compare");
    }

    /** The object as it is now, for a client; fails when there is none, or no such Service, or it is read too often. */
    Future<O> get(Caller caller, Sid service, SidOrUniqueName name) {
        return find(caller, service, name).compose(this::counted);
    }

    private Future<O> counted(O object) {
        SyncException tooOften = limits.onRead(object.sid());
        return tooOften == null ? Future.succeededFuture(object) : Future.failedFuture(tooOften);
    }

    /** The same, where it is not the object that is read. Fails with FORBIDDEN when the caller may not read it. */
    Future<O> find(Caller caller, Sid service, SidOrUniqueName name) {
        if (!mayKnowOf(caller, service)) {
            return noService();
        }
        return inAnyService(caller, service, name)
                .compose(object -> readable(caller, service, object.sid()).map(object));
    }

    /** Fails with FORBIDDEN when the caller may not read an object that is there. */
    Future<Void> readable(Caller caller, Sid service, Sid object) {
        if (!mayKnowOf(caller, service)) {
            return noService();
        }
        if (!(caller instanceof Caller.Client client)
                || object.kind() == Sid.Kind.STREAM) { // which have no permissions
            return Future.succeededFuture();
        }
        return readable.get(new Reader(service, object, client.identity()))
                .compose(may -> Boolean.TRUE.equals(may)
                        ? Future.succeededFuture()
                        : SyncException.failedFuture(ErrorCode.FORBIDDEN, "Access forbidden for identity"));
    }

    private static boolean mayKnowOf(Caller caller, Sid service) {
        return !(caller instanceof Caller.Client client) || client.serviceSid().equals(service);
    }

    private static Tuple readers(List<Reader> readers) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(readers, it -> it.service().id()))
                .addArrayOfUUID(Rows.uuids(readers, it -> it.object().id()))
                .addArrayOfString(Rows.strings(readers, Reader::identity));
    }

    private Future<O> inAnyService(Caller caller, Sid service, SidOrUniqueName name) {
        Future<@Nullable O> object = name instanceof SidOrUniqueName.BySid one
                ? bySid.get(new Key<>(caller.accountSid(), service, one.sid()))
                : byName.get(new Key<>(caller.accountSid(), service, ((SidOrUniqueName.ByName) name).name()));
        return object.compose(found -> found == null
                ? inService(caller, service).compose(there -> Future.failedFuture(Refusals.missing(table.kind(), name)))
                : Future.succeededFuture(found));
    }

    private static Tuple sids(List<Key<Sid>> keys) {
        return places(keys).addArrayOfUUID(Rows.uuids(keys, it -> it.name().id()));
    }

    private static Tuple names(List<Key<String>> keys) {
        return places(keys).addArrayOfString(Rows.strings(keys, Key::name));
    }

    private static <K extends Key<?>> Tuple places(List<K> keys) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(keys, it -> it.account().id()))
                .addArrayOfUUID(Rows.uuids(keys, it -> it.service().id()));
    }

    /** In the order of their creation. */
    Future<Page<O>> page(Caller caller, Sid service, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        UUID key = cursor == null
                ? Rows.FIRST
                : requireNonNull(Sid.parse(table.kind(), cursor.key())).id();
        Tuple parameters = Tuple.of(
                caller.accountSid().id(), service.id(), key, request.size() + 1); // one more tells what follows
        return database.read(backward ? pageBefore : pageAfter, parameters)
                .compose(rows -> rows.size() == 0 ? inService(caller, service).map(rows) : Future.succeededFuture(rows))
                .map(rows -> Pages.of(Rows.all(rows, table::toObject), request));
    }

    /** The number of the last change of each that is there. */
    Future<Map<Sid, Long>> lastEventIds(List<Followed> objects) {
        Tuple keys = Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(objects, it -> it.service().id()))
                .addArrayOfUUID(Rows.uuids(objects, it -> it.object().id()));
        return database.read(compare, keys).map(rows -> {
            Map<Sid, Long> ids = new HashMap<>();
            rows.forEach(row -> ids.put(Rows.sid(row, table.kind(), "sid"), row.getLong("last_event_id")));
            return ids;
        });
    }

    /** Nothing was found: because there is no such Service, or because it has nothing. */
    private Future<Void> inService(Caller caller, Sid sid) {
        return database.read(service, Tuple.of(caller.accountSid().id(), sid.id()))
                .compose(rows -> rows.size() == 0 ? noService() : Future.succeededFuture());
    }

    private static <T> Future<T> noService() {
        return SyncException.failedFuture(ErrorCode.NOT_FOUND, "Service Instance not found");
    }

    /** Where an object is asked for, and by what. */
    private record Key<N>(Sid account, Sid service, N name) {}

    /** Who wants to read what. */
    private record Reader(Sid service, Sid object, String identity) {}
}
