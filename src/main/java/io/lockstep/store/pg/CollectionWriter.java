package io.lockstep.store.pg;

import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.store.pg.ItemTable.Named;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.write.CollectionBatch;
import io.lockstep.write.CollectionBatch.ItemRow;
import io.lockstep.write.CollectionBatch.Result;
import io.lockstep.write.CollectionCommand;
import io.lockstep.write.Locked;
import io.lockstep.write.Outcome;
import io.lockstep.write.Rules;
import io.lockstep.write.WebhookEvent;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Writes lists, or maps, and their items: as other objects, with the items read behind the locks, and written last. */
final class CollectionWriter implements BatchWriter<CollectionCommand, Result> {

    private final ObjectTable<SyncCollection> collections;
    private final ItemTable items;
    private final BatchLocks<SyncCollection> locks;
    private final BatchRows<SyncCollection> rows;
    private final Rules rules;
    private final String read;
    private final String readByName;
    private final String insert;
    private final String put;

    CollectionWriter(ObjectTable<SyncCollection> collections, ItemTable items, Rules rules) {
        this.collections = collections;
        this.items = items;
        this.locks = new BatchLocks<>(collections);
        this.rows = new BatchRows<>(collections);
        this.rules = rules;
        this.read = items.sql("read");
        this.readByName = items.sql("readByName");
        this.insert = items.sql("insert");
        this.put = items.sql("put");
    }

    @Override
    public Future<Sent<Result>> run(SqlConnection connection, Future<?> begun, List<Write<CollectionCommand>> writes) {
        Future<Locked<SyncCollection>> locked = locks.take(connection, begun, writes);
        Future<List<SyncItem>> bySid = read(connection, read, items.named(writes, true));
        Future<List<SyncItem>> byName = read(connection, readByName, items.named(writes, false));
        // the first to fail tells why: what is sent behind it fails for that alone
        return Future.all(locked, bySid, byName)
                .map(ignored -> Stream.of(bySid, byName)
                        .flatMap(it -> it.result().stream())
                        .toList())
                .map(found -> new CollectionBatch(collections.kind(), locked.result(), found, rules))
                .map(batch -> send(
                        connection, batch, writes.stream().map(batch::decide).toList()));
    }

    /** Sent behind the lock, so that it sees what that waited for. */
    private Future<List<SyncItem>> read(SqlConnection connection, String sql, List<Named> named) {
        return named.isEmpty()
                ? Future.succeededFuture(List.of())
                : connection.preparedQuery(sql).execute(items.named(named)).map(rows -> Rows.all(rows, items::toItem));
    }

    private Sent<Result> send(SqlConnection connection, CollectionBatch batch, List<Outcome<Result>> outcomes) {
        List<WebhookEvent> webhooks = batch.objects().webhooks();
        List<Future<?>> written = new ArrayList<>(rows.send(connection, batch.objects(), webhooks));
        write(connection, insert, rows(batch, ItemRow::isNew), written);
        write(connection, put, rows(batch, row -> !row.isNew()), written);
        return new Sent<>(new Batch<>(outcomes, batch.objects().changes(), !webhooks.isEmpty()), Future.join(written));
    }

    private static List<ItemRow> rows(CollectionBatch batch, Predicate<ItemRow> which) {
        return batch.items().stream().filter(which).toList();
    }

    private void write(SqlConnection connection, String sql, List<ItemRow> rows, List<Future<?>> sent) {
        if (!rows.isEmpty()) {
            sent.add(connection.preparedQuery(sql).execute(items.rows(rows)));
        }
    }
}
