package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncObject;
import io.lockstep.store.ReplayRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Replays in PostgreSQL. Objects are read together with all others of that moment, items by the index of their events. */
final class PgReplayRepository implements ReplayRepository {

    private final Database database;
    private final Map<Sid.Kind, ObjectReads<? extends SyncObject>> objects;

    PgReplayRepository(Database database, Map<Sid.Kind, ObjectReads<? extends SyncObject>> objects) {
        this.database = database;
        this.objects = objects;
    }

    @Override
    public Future<SyncObject> find(Caller caller, Sid service, Sid object) {
        return reads(object)
                .find(caller, service, new SidOrUniqueName.BySid(object))
                .map(it -> it);
    }

    @Override
    public Future<Void> readable(Caller.Client client, Sid object) {
        return reads(object).readable(client, client.serviceSid(), object);
    }

    @Override
    public Future<Map<Sid, Long>> lastEventIds(Collection<Followed> followed) {
        Map<Sid.Kind, List<Followed>> byKind = followed.stream()
                .collect(Collectors.groupingBy(it -> it.object().kind()));
        Map<Sid, Long> all = new HashMap<>();
        List<Future<Void>> read = byKind.values().stream()
                .map(them -> reads(them.get(0).object())
                        .lastEventIds(them)
                        .onSuccess(all::putAll)
                        .<Void>mapEmpty())
                .toList();
        return Future.join(read).map(all);
    }

    private ObjectReads<? extends SyncObject> reads(Sid object) {
        ObjectReads<? extends SyncObject> reads = objects.get(object.kind());
        if (reads == null) {
            throw new IllegalArgumentException(object.kind() + " is followed by nobody");
        }
        return reads;
    }

    @Override
    public Future<List<ItemState>> itemsSince(Sid service, Sid collection, long eventId, int limit) {
        ItemTable items = ItemTable.of(collection.kind());
        return database.read(items.sql("since"), Tuple.of(service.id(), collection.id(), eventId, limit))
                .map(rows -> Rows.all(rows, row -> new ItemState(items.toItem(row), row.getBoolean("removed"))));
    }
}
