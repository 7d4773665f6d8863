package io.lockstep.store.pg;

import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncObject;
import io.lockstep.model.SyncStream;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The table of one kind of object: its statements (sql/statements/object.sql), and objects as rows. */
final class ObjectTable<O extends SyncObject> {

    private static final List<Column> COMMON = List.of(
            new Column("service_sid", "uuid", false),
            new Column("sid", "uuid", false),
            new Column("unique_name", "text", false),
            new Column("created_by", "text", false),
            new Column("date_created", "timestamptz", false),
            new Column("date_updated", "timestamptz", true),
            new Column("date_expires", "timestamptz", true));

    private static final Column LAST_EVENT_ID = new Column("last_event_id", "bigint", true);

    /** Every table there is; its statements are read once. */
    static final ObjectTable<Document> DOCUMENTS = new ObjectTable<>(
            Sid.Kind.DOCUMENT,
            List.of(new Column("data", "text", true), LAST_EVENT_ID),
            ObjectTable::toDocument,
            (tuple, rows) -> tuple.addArrayOfString(
                            Rows.strings(rows, it -> it.data().text()))
                    .addArrayOfLong(Rows.longs(rows, Document::lastEventId)));

    static final ObjectTable<SyncStream> STREAMS =
            new ObjectTable<>(Sid.Kind.STREAM, List.of(), ObjectTable::toStream, (tuple, rows) -> {});

    private static final ObjectTable<SyncCollection> LISTS = ofCollections(Sid.Kind.LIST);
    private static final ObjectTable<SyncCollection> MAPS = ofCollections(Sid.Kind.MAP);

    private final Sid.Kind kind;
    private final Sql sql;
    private final Function<Row, O> toObject;
    private final BiConsumer<Tuple, Collection<O>> addOwn;

    /**
     * @param own columns beside those that every object has
     * @param addOwn adds their values, an array each
     */
    private ObjectTable(
            Sid.Kind kind, List<Column> own, Function<Row, O> toObject, BiConsumer<Tuple, Collection<O>> addOwn) {
        this.kind = kind;
        this.sql = Sql.load(
                "object",
                words(kind, Stream.concat(COMMON.stream(), own.stream()).toList()));
        this.toObject = toObject;
        this.addOwn = addOwn;
    }

    /** Of lists, or of maps. */
    static ObjectTable<SyncCollection> collections(Sid.Kind kind) {
        return kind == Sid.Kind.LIST ? LISTS : MAPS;
    }

    private static ObjectTable<SyncCollection> ofCollections(Sid.Kind kind) {
        return new ObjectTable<>(
                kind,
                List.of(LAST_EVENT_ID, new Column("next_index", "bigint", true)),
                row -> toCollection(kind, row),
                (tuple, rows) -> tuple.addArrayOfLong(Rows.longs(rows, SyncCollection::lastEventId))
                        .addArrayOfLong(Rows.longs(rows, SyncCollection::nextIndex)));
    }

    /** The name of the table of a kind. */
    static String name(Sid.Kind kind) {
        return kind == Sid.Kind.DOCUMENT ? "document" : "sync_" + kind.word();
    }

    private static Map<String, String> words(Sid.Kind kind, List<Column> columns) {
        return Map.of(
                "kind", kind.word(),
                "table", name(kind),
                "events", columns.contains(LAST_EVENT_ID) ? LAST_EVENT_ID.name() : "-1::bigint",
                "columns", columns.stream().map(Column::name).collect(Collectors.joining(", ")),
                "arrays",
                        IntStream.range(0, columns.size())
                                .mapToObj(i ->
                                        "$" + (i + 1) + "::" + columns.get(i).type() + "[]")
                                .collect(Collectors.joining(", ")),
                "changes",
                        columns.stream()
                                .filter(Column::changes)
                                .map(it -> it.name() + " = excluded." + it.name())
                                .collect(Collectors.joining(", ")));
    }

    Sid.Kind kind() {
        return kind;
    }

    /** One of its statements. */
    String sql(String name) {
        return sql.get(name);
    }

    O toObject(Row row) {
        return toObject.apply(row);
    }

    /** An array a column, in the order of the columns. */
    Tuple rows(Collection<O> objects) {
        Tuple rows = Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(objects, it -> it.serviceSid().id()))
                .addArrayOfUUID(Rows.uuids(objects, it -> it.sid().id()))
                .addArrayOfString(Rows.strings(objects, SyncObject::uniqueName))
                .addArrayOfString(Rows.strings(objects, SyncObject::createdBy))
                .addArrayOfOffsetDateTime(Rows.times(objects, SyncObject::dateCreated))
                .addArrayOfOffsetDateTime(Rows.times(objects, SyncObject::dateUpdated))
                .addArrayOfOffsetDateTime(Rows.times(objects, SyncObject::dateExpires));
        addOwn.accept(rows, objects);
        return rows;
    }

    private static Document toDocument(Row row) {
        return new Document(
                Rows.sid(row, Sid.Kind.DOCUMENT, "sid"),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                row.getString("unique_name"),
                new JsonText(row.getString("data")),
                row.getLong("last_event_id"),
                row.getString("created_by"),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"),
                Rows.instantOrNull(row, "date_expires"));
    }

    private static SyncCollection toCollection(Sid.Kind kind, Row row) {
        return new SyncCollection(
                Rows.sid(row, kind, "sid"),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                row.getString("unique_name"),
                row.getLong("last_event_id"),
                row.getLong("next_index"),
                row.getString("created_by"),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"),
                Rows.instantOrNull(row, "date_expires"));
    }

    private static SyncStream toStream(Row row) {
        return new SyncStream(
                Rows.sid(row, Sid.Kind.STREAM, "sid"),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                row.getString("unique_name"),
                row.getString("created_by"),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"),
                Rows.instantOrNull(row, "date_expires"));
    }

    /**
     * @param changes whether an update may set it
     */
    private record Column(String name, String type, boolean changes) {}
}
