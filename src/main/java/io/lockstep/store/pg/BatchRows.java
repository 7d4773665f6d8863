package io.lockstep.store.pg;

import io.lockstep.model.Permission;
import io.lockstep.model.SyncObject;
import io.lockstep.write.WebhookEvent;
import io.lockstep.write.WorkingSet;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Writes the rows of objects of one kind that a batch has decided on. */
final class BatchRows<O extends SyncObject> {

    private final ObjectTable<O> table;
    private final String insert;
    private final String update;
    private final String remove;
    private final String grant;

    BatchRows(ObjectTable<O> table) {
        this.table = table;
        this.insert = table.sql("insert");
        this.update = table.sql("update");
        this.remove = table.sql("remove");
        this.grant = table.sql("grant");
    }

    /**
     * Sends everything at once, webhooks included. New names before anything is changed, as in every transaction: who
     * waits for a name then holds nothing that its new holder could wait for. Names that a removal frees come behind it;
     * nobody else can have taken them.
     */
    List<Future<?>> send(SqlConnection connection, WorkingSet<O> objects, List<WebhookEvent> webhooks) {
        List<Future<?>> sent = new ArrayList<>();
        write(connection, insert, byName(objects, false), sent);
        write(connection, update, objects.updated(), sent);
        write(connection, remove, objects.removed(), sent);
        write(connection, insert, byName(objects, true), sent);
        if (!objects.granted().isEmpty()) {
            sent.add(connection.preparedQuery(grant).execute(grants(objects.granted())));
        }
        if (!webhooks.isEmpty()) {
            sent.add(Outbox.add(connection, webhooks));
        }
        return sent;
    }

    private void write(SqlConnection connection, String sql, Collection<O> rows, List<Future<?>> sent) {
        if (!rows.isEmpty()) {
            sent.add(connection.preparedQuery(sql).execute(table.rows(rows)));
        }
    }

    /**
     * In one order on every node: who wants a name waits for who is taking it, and no two may wait for each other.
     *
     * @param freed those whose names the batch itself frees, or the others
     */
    private static <O extends SyncObject> List<O> byName(WorkingSet<O> objects, boolean freed) {
        Comparator<O> byName =
                Comparator.comparing(SyncObject::uniqueName, Comparator.nullsFirst(Comparator.naturalOrder()));
        return objects.inserted().stream()
                .filter(it -> objects.takesFreedName(it) == freed)
                .sorted(byName.thenComparing(it -> it.serviceSid().id()))
                .toList();
    }

    private static Tuple grants(Collection<Permission> permissions) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(permissions, it -> it.serviceSid().id()))
                .addArrayOfUUID(Rows.uuids(permissions, it -> it.objectSid().id()))
                .addArrayOfString(Rows.strings(permissions, Permission::identity))
                .addArrayOfBoolean(Rows.booleans(permissions, it -> it.rights().read()))
                .addArrayOfBoolean(Rows.booleans(permissions, it -> it.rights().write()))
                .addArrayOfBoolean(Rows.booleans(permissions, it -> it.rights().manage()));
    }
}
