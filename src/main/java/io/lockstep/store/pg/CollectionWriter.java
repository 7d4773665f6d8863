package io.lockstep.store.pg;

import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
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
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes lists, or maps, and their items: as other objects, with the items read behind the locks, and written last. */
final class CollectionWriter implements BatchWriter<CollectionCommand, Result> {

    private final ObjectTable<SyncCollection> collections;
    private final ItemTable items;
    private final BatchLocks<SyncCollection> locks;
    private final BatchRows<SyncCollection> rows;
    private final Rules rules;
    private final String read;
    private final String put;

    CollectionWriter(ObjectTable<SyncCollection> collections, ItemTable items, Rules rules) {
        this.collections = collections;
        this.items = items;
        this.locks = new BatchLocks<>(collections);
        this.rows = new BatchRows<>(collections);
        this.rules = rules;
        this.read = items.sql("read");
        this.put = items.sql("put");
    }

    @Override
    public Future<Sent<Result>> run(SqlConnection connection, Future<?> begun, List<Write<CollectionCommand>> writes) {
        Future<Locked<SyncCollection>> locked = locks.take(connection, begun, writes);
        Future<List<SyncItem>> found = read(connection, items.named(writes));
        return Future.join(locked, found)
                .map(ignored -> new CollectionBatch(collections.kind(), locked.result(), found.result(), rules))
                .map(batch -> send(
                        connection, batch, writes.stream().map(batch::decide).toList()));
    }

    /** Sent behind the lock, so that it sees what that waited for. */
    private Future<List<SyncItem>> read(SqlConnection connection, @Nullable Tuple named) {
        return named == null
                ? Future.succeededFuture(List.of())
                : connection.preparedQuery(read).execute(named).map(found -> Rows.all(found, items::toItem));
    }

    private Sent<Result> send(SqlConnection connection, CollectionBatch batch, List<Outcome<Result>> outcomes) {
        List<WebhookEvent> webhooks = batch.objects().webhooks();
        List<Future<?>> written = new ArrayList<>(rows.send(connection, batch.objects(), webhooks));
        Collection<ItemRow> changed = batch.items();
        if (!changed.isEmpty()) {
            written.add(connection.preparedQuery(put).execute(items.rows(changed)));
        }
        return new Sent<>(new Batch<>(outcomes, batch.objects().changes(), !webhooks.isEmpty()), Future.join(written));
    }
}
