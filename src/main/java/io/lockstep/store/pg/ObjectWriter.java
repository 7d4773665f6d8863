package io.lockstep.store.pg;

import io.lockstep.model.SyncObject;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.write.Command;
import io.lockstep.write.Decisions;
import io.lockstep.write.Locked;
import io.lockstep.write.Outcome;
import io.lockstep.write.WebhookEvent;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.function.Function;

/** Writes objects that hold nothing but themselves, a batch in two round trips: lock and read, then write. */
final class ObjectWriter<C extends Command, O extends SyncObject> implements BatchWriter<C, O> {

    private final BatchLocks<O> locks;
    private final BatchRows<O> rows;
    private final Function<Locked<O>, Decisions<C, O, O>> decisions;

    ObjectWriter(ObjectTable<O> table, Function<Locked<O>, Decisions<C, O, O>> decisions) {
        this.locks = new BatchLocks<>(table);
        this.rows = new BatchRows<>(table);
        this.decisions = decisions;
    }

    @Override
    public Future<Sent<O>> run(SqlConnection connection, Future<?> begun, List<Write<C>> writes) {
        return locks.take(connection, begun, writes).map(locked -> {
            Decisions<C, O, O> batch = decisions.apply(locked);
            List<Outcome<O>> outcomes = writes.stream().map(batch::decide).toList();
            List<WebhookEvent> webhooks = batch.objects().webhooks();
            Future<?> written = Future.join(rows.send(connection, batch.objects(), webhooks));
            return new Sent<>(new Batch<>(outcomes, batch.objects().changes(), !webhooks.isEmpty()), written);
        });
    }
}
