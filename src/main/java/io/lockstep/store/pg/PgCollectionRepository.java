package io.lockstep.store.pg;

import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.NewObject;
import io.lockstep.store.Once;
import io.lockstep.write.CollectionBatch.Result;
import io.lockstep.write.CollectionCommand;
import io.lockstep.write.Limits;
import io.lockstep.write.Refusals;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lists, or maps, and their items in PostgreSQL: reads by statement, writes by the lanes. */
final class PgCollectionRepository implements CollectionRepository {

    private final Database database;
    private final ItemTable table;
    private final ObjectReads<SyncCollection> reads;
    private final CombinedReads<Key, SyncItem> items;
    private final Lanes<CollectionCommand, Result> lanes;
    private final Limits limits;
    private final Sid.Kind kind;
    private final String pageUp;
    private final String pageDown;

    PgCollectionRepository(
            Database database,
            Sid.Kind kind,
            ItemTable table,
            ObjectReads<SyncCollection> reads,
            Lanes<CollectionCommand, Result> lanes,
            Limits limits) {
        this.database = database;
        this.kind = kind;
        this.limits = limits;
        this.table = table;
        this.reads = reads;
        this.items = new CombinedReads<>(database, table.sql("get"), this::keys, table::toItem);
        this.lanes = lanes;
        this.pageUp = table.sql("pageUp");
        this.pageDown = table.sql("pageDown");
    }

    @Override
    public Future<SyncCollection> create(
            Caller caller, Sid service, NewObject collection, @Nullable Once<SyncCollection> once) {
        Sid sid = Sid.generate(kind);
        return own(caller, service, new CollectionCommand.Create(sid, collection.uniqueName(), collection.ttl()), once);
    }

    @Override
    public Future<SyncCollection> update(
            Caller caller, Sid service, SidOrUniqueName name, long ttl, @Nullable Once<SyncCollection> once) {
        return own(caller, service, new CollectionCommand.Update(name, ttl), once);
    }

    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name) {
        return own(caller, service, new CollectionCommand.Delete(name), null).mapEmpty();
    }

    private Future<SyncCollection> own(
            Caller caller, Sid service, CollectionCommand command, @Nullable Once<SyncCollection> once) {
        return lanes.submit(caller, service, command, once == null ? null : once.of(Result::collection))
                .map(Result::collection);
    }

    @Override
    public Future<SyncCollection> get(Caller caller, Sid service, SidOrUniqueName name) {
        return reads.get(caller, service, name);
    }

    @Override
    public Future<Page<SyncCollection>> page(Caller caller, Sid service, PageRequest request) {
        return reads.page(caller, service, request);
    }

    @Override
    public Future<SyncItem> addItem(
            Caller caller, Sid service, SidOrUniqueName name, NewItem item, @Nullable Once<SyncItem> once) {
        return ofItem(
                caller,
                service,
                new CollectionCommand.AddItem(name, item.key(), item.data(), item.ttl(), item.collectionTtl()),
                once);
    }

    @Override
    public Future<SyncItem> updateItem(
            Caller caller,
            Sid service,
            SidOrUniqueName name,
            ItemKey key,
            ItemPatch patch,
            @Nullable Once<SyncItem> once) {
        return ofItem(
                caller,
                service,
                new CollectionCommand.UpdateItem(
                        name, key, patch.data(), patch.ttl(), patch.collectionTtl(), patch.ifMatch()),
                once);
    }

    @Override
    public Future<SyncItem> setItem(Caller caller, Sid service, SidOrUniqueName name, ItemValue item) {
        return ofItem(
                caller,
                service,
                new CollectionCommand.SetItem(name, item.key(), item.data(), item.ttl(), item.ifMatch()),
                null);
    }

    @Override
    public Future<SyncItem> removeItem(
            Caller caller, Sid service, SidOrUniqueName name, ItemKey key, @Nullable String ifMatch) {
        return ofItem(caller, service, new CollectionCommand.RemoveItem(name, key, ifMatch), null);
    }

    private Future<SyncItem> ofItem(
            Caller caller, Sid service, CollectionCommand command, @Nullable Once<SyncItem> once) {
        return lanes.submit(caller, service, command, once == null ? null : once.of(PgCollectionRepository::item))
                .map(PgCollectionRepository::item);
    }

    private static SyncItem item(Result result) {
        return Objects.requireNonNull(result.item(), "a write to an item has one");
    }

    /** By SID a backend's takes one round trip; by name the collection is looked up before. */
    @Override
    public Future<SyncItem> getItem(Caller caller, Sid service, SidOrUniqueName name, ItemKey key) {
        Future<Sid> collection = name instanceof SidOrUniqueName.BySid one
                ? Future.succeededFuture(one.sid())
                : reads.find(caller, service, name).map(SyncCollection::sid);
        return collection
                .compose(sid -> items.get(new Key(caller.accountSid(), service, sid, key)))
                .compose(item -> item == null
                        ? reads.find(caller, service, name) // or the collection is missing
                                .compose(there -> Future.failedFuture(Refusals.missingItem(kind)))
                        : reads.readable(caller, service, item.collectionSid()).compose(ignored -> counted(item)));
    }

    private Future<SyncItem> counted(SyncItem item) {
        SyncException tooOften = limits.onRead(item.collectionSid());
        return tooOften == null ? Future.succeededFuture(item) : Future.failedFuture(tooOften);
    }

    private Tuple keys(List<Key> keys) {
        Tuple places = Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(keys, it -> it.account().id()))
                .addArrayOfUUID(Rows.uuids(keys, it -> it.service().id()))
                .addArrayOfUUID(Rows.uuids(keys, it -> it.collection().id()));
        return table.addKeys(places, keys.stream().map(Key::key).toList());
    }

    @Override
    public Future<Page<SyncItem>> pageItems(
            Caller caller, Sid service, SidOrUniqueName name, ItemQuery query, PageRequest request) {
        Range range = range(query, request.cursor());
        Future<SyncCollection> there = reads.get(caller, service, name);
        Future<Sid> sid = name instanceof SidOrUniqueName.BySid one
                ? Future.succeededFuture(one.sid()) // read at once, and thrown away when it is not there
                : there.map(SyncCollection::sid);
        Future<RowSet<Row>> rows = sid.compose(collection -> database.read(
                range.up() ? pageUp : pageDown,
                bounds(service, collection, range).addInteger(request.size() + 1))); // one more tells what follows
        return Future.all(there, rows).map(read -> Pages.of(Rows.all(rows.result(), table::toItem), request));
    }

    /** What lies between where the query begins and where the page before, or behind, the cursor ends. */
    private Range range(ItemQuery query, @Nullable Cursor cursor) {
        boolean ascending = query.order() == ItemQuery.Order.ASC;
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        Bound begin = query.from() == null
                ? new Bound(ascending ? table.first() : table.last(), true)
                : new Bound(query.from(), query.inclusive());
        Bound end = new Bound(ascending ? table.last() : table.first(), true);
        if (cursor != null) {
            Bound at = new Bound(key(cursor.key()), false);
            begin = backward ? begin : at;
            end = backward ? at : end;
        }
        return ascending ? new Range(begin, end, !backward) : new Range(end, begin, backward);
    }

    private ItemKey key(String text) {
        return kind == Sid.Kind.LIST ? new ItemKey.Index(Long.parseLong(text)) : new ItemKey.Key(text);
    }

    private Tuple bounds(Sid service, Sid collection, Range range) {
        Tuple bounds = Tuple.of(service.id(), collection.id());
        table.addKey(bounds, range.low().key()).addBoolean(range.low().inclusive());
        return table.addKey(bounds, range.high().key()).addBoolean(range.high().inclusive());
    }

    /** Where an item is asked for. */
    private record Key(Sid account, Sid service, Sid collection, ItemKey key) {}

    private record Bound(ItemKey key, boolean inclusive) {}

    private record Range(Bound low, Bound high, boolean up) {}
}
