package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.write.CollectionBatch.ItemRow;
import io.lockstep.write.CollectionCommand;
import io.lockstep.write.CollectionCommand.OfItem;
import io.lockstep.write.Write;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The table of the items of lists, or of maps: its statements (sql/statements/item.sql), and items as rows. */
final class ItemTable {

    /** A key of a map has at most 320 code points, so that none is greater. */
    private static final String LAST_KEY =
            Character.toString(Character.MAX_CODE_POINT).repeat(321);

    private static final ItemTable LISTS = new ItemTable(Sid.Kind.LIST);
    private static final ItemTable MAPS = new ItemTable(Sid.Kind.MAP);

    private final Sid.Kind kind;
    private final Sql sql;

    /**
     * @param kind of the collections
     */
    private ItemTable(Sid.Kind kind) {
        this.kind = kind;
        this.sql = Sql.load(
                "item",
                Map.of("item", name(kind), "collection", ObjectTable.name(kind), "type", lists() ? "bigint" : "text"));
    }

    /** Of lists, or of maps; its statements are read once. */
    static ItemTable of(Sid.Kind collection) {
        return collection == Sid.Kind.LIST ? LISTS : MAPS;
    }

    /** The name of the table. */
    static String name(Sid.Kind collection) {
        return ObjectTable.name(collection) + "_item";
    }

    private boolean lists() {
        return kind == Sid.Kind.LIST;
    }

    /** One of its statements. */
    String sql(String name) {
        return sql.get(name);
    }

    /** Before every key. */
    ItemKey first() {
        return lists() ? new ItemKey.Index(Long.MIN_VALUE) : new ItemKey.Key("");
    }

    /** Behind every key. */
    ItemKey last() {
        return lists() ? new ItemKey.Index(Long.MAX_VALUE) : new ItemKey.Key(LAST_KEY);
    }

    /** The items that writes name in collections which they name by SID, or by name. */
    List<Named> named(List<Write<CollectionCommand>> writes, boolean bySid) {
        List<Named> named = new ArrayList<>();
        for (Write<CollectionCommand> write : writes) {
            if (write.command() instanceof OfItem ofItem
                    && ofItem.key() != null
                    && ofItem.name() instanceof SidOrUniqueName.BySid == bySid) {
                named.add(new Named(write.serviceSid().id(), ofItem.name(), ofItem.key()));
            }
        }
        return named;
    }

    /** An array a column; all of them by SID, or all by name. */
    Tuple named(List<Named> items) {
        Tuple named = Tuple.tuple().addArrayOfUUID(Rows.uuids(items, Named::service));
        if (items.get(0).collection() instanceof SidOrUniqueName.BySid) {
            named.addArrayOfUUID(Rows.uuids(
                    items, it -> ((SidOrUniqueName.BySid) it.collection()).sid().id()));
        } else {
            named.addArrayOfString(Rows.strings(items, it -> ((SidOrUniqueName.ByName) it.collection()).name()));
        }
        return addKeys(named, items.stream().map(Named::key).toList());
    }

    /** As an array of the column's type. */
    Tuple addKeys(Tuple tuple, List<ItemKey> keys) {
        return lists()
                ? tuple.addArrayOfLong(Rows.longs(keys, it -> ((ItemKey.Index) it).value()))
                : tuple.addArrayOfString(Rows.strings(keys, ItemKey::toString));
    }

    Tuple addKey(Tuple tuple, ItemKey key) {
        return key instanceof ItemKey.Index index ? tuple.addLong(index.value()) : tuple.addString(key.toString());
    }

    /** An array a column. */
    Tuple rows(Collection<ItemRow> rows) {
        List<SyncItem> items = rows.stream().map(ItemRow::item).toList();
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(items, it -> it.serviceSid().id()))
                .addArrayOfUUID(Rows.uuids(items, it -> it.collectionSid().id()));
        return addKeys(tuple, items.stream().map(SyncItem::key).toList())
                .addArrayOfString(Rows.strings(items, it -> it.data().text()))
                .addArrayOfLong(Rows.longs(items, SyncItem::lastEventId))
                .addArrayOfLong(Rows.longs(items, SyncItem::createdEventId))
                .addArrayOfBoolean(Rows.booleans(rows, ItemRow::removed))
                .addArrayOfString(Rows.strings(items, SyncItem::createdBy))
                .addArrayOfOffsetDateTime(Rows.times(items, SyncItem::dateCreated))
                .addArrayOfOffsetDateTime(Rows.times(items, SyncItem::dateUpdated))
                .addArrayOfOffsetDateTime(Rows.times(items, SyncItem::dateExpires));
    }

    SyncItem toItem(Row row) {
        return new SyncItem(
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                Rows.sid(row, kind, "collection_sid"),
                toKey(row),
                new JsonText(row.getString("data")),
                row.getLong("last_event_id"),
                row.getLong("created_event_id"),
                row.getString("created_by"),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"),
                Rows.instantOrNull(row, "date_expires"));
    }

    ItemKey toKey(Row row) {
        return lists() ? new ItemKey.Index(row.getLong("key")) : new ItemKey.Key(requireNonNull(row.getString("key")));
    }

    /** An item, and how its collection is named. */
    record Named(UUID service, SidOrUniqueName collection, ItemKey key) {}
}
