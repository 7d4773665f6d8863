package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncObject;
import io.lockstep.write.Command;
import io.lockstep.write.Locked;
import io.lockstep.write.Locked.Subject;
import io.lockstep.write.ServiceState;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/** Locks the objects of one kind that a batch names, and reads what decides what becomes of it. */
final class BatchLocks<O extends SyncObject> {

    private final ObjectTable<O> table;
    private final String lock;
    private final String lockBySid;
    private final String services;
    private final String rights;

    BatchLocks(ObjectTable<O> table) {
        this.table = table;
        this.lock = table.sql("lock");
        this.lockBySid = table.sql("lockBySid");
        this.services = table.sql("services");
        this.rights = table.sql("rights");
    }

    /** Sends at once what one round trip can hold; clients cost a second one, for their rights. */
    Future<Locked<O>> take(SqlConnection connection, Future<?> begun, List<? extends Write<? extends Command>> writes) {
        Future<RowSet<Row>> rows = lock(connection, writes);
        Future<RowSet<Row>> states = connection.preparedQuery(services).execute(services(writes));
        return Future.join(begun, rows, states).compose(ignored -> {
            List<O> objects = Rows.all(rows.result(), table::toObject);
            return rights(connection, writes, objects).map(it -> locked(objects, states.result(), it));
        });
    }

    private Future<RowSet<Row>> lock(SqlConnection connection, List<? extends Write<? extends Command>> writes) {
        SortedSet<Key> keys = new TreeSet<>();
        List<UUID> serviceOfName = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Write<? extends Command> write : writes) {
            if (write.command().name() instanceof SidOrUniqueName.ByName one) {
                serviceOfName.add(write.serviceSid().id());
                names.add(one.name());
            } else if (write.command().name() instanceof SidOrUniqueName.BySid one) {
                keys.add(new Key(write.serviceSid().id(), one.sid().id()));
            }
        }
        Tuple named = Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(keys, Key::service))
                .addArrayOfUUID(Rows.uuids(keys, Key::object));
        return names.isEmpty()
                ? connection.preparedQuery(lockBySid).execute(named)
                : connection
                        .preparedQuery(lock)
                        .execute(named.addArrayOfUUID(serviceOfName.toArray(UUID[]::new))
                                .addArrayOfString(names.toArray(String[]::new)));
    }

    private static Tuple services(List<? extends Write<?>> writes) {
        return Tuple.tuple()
                .addArrayOfUUID(writes.stream()
                        .map(write -> write.serviceSid().id())
                        .distinct()
                        .toArray(UUID[]::new));
    }

    /** Of clients only, and on what they name only: a round trip that REST never makes. */
    private Future<Map<Subject, Rights>> rights(
            SqlConnection connection, List<? extends Write<?>> writes, List<O> objects) {
        List<String> identities = writes.stream()
                .filter(write -> write.caller() instanceof Caller.Client)
                .map(write -> write.caller().identity())
                .distinct()
                .toList();
        if (identities.isEmpty() || objects.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return connection
                .preparedQuery(rights)
                .execute(asked(objects, identities))
                .map(this::toRights);
    }

    private Tuple asked(List<O> objects, List<String> identities) {
        List<UUID> services = new ArrayList<>();
        List<UUID> sids = new ArrayList<>();
        List<String> subjects = new ArrayList<>();
        for (O object : objects) {
            for (String identity : identities) {
                services.add(object.serviceSid().id());
                sids.add(object.sid().id());
                subjects.add(identity);
            }
        }
        return Tuple.tuple()
                .addArrayOfUUID(services.toArray(UUID[]::new))
                .addArrayOfUUID(sids.toArray(UUID[]::new))
                .addArrayOfString(subjects.toArray(String[]::new));
    }

    private Map<Subject, Rights> toRights(RowSet<Row> rows) {
        Map<Subject, Rights> stored = new HashMap<>();
        for (Row row : rows) {
            stored.put(
                    new Subject(Rows.sid(row, table.kind(), "object_sid"), row.getString("identity")),
                    PgPermissionRepository.toRights(row));
        }
        return stored;
    }

    private static <O extends SyncObject> Locked<O> locked(
            List<O> objects, RowSet<Row> serviceRows, Map<Subject, Rights> rights) {
        Map<Sid, ServiceState> services = new HashMap<>();
        Instant now = Instant.EPOCH; // no Service is there, so nothing is decided by it
        for (Row row : serviceRows) {
            Sid sid = Rows.sid(row, Sid.Kind.SERVICE, "sid");
            services.put(
                    sid,
                    new ServiceState(
                            sid,
                            Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                            row.getBoolean("acl_enabled"),
                            row.getBoolean("webhooks"),
                            row.getBoolean("webhooks_from_rest_enabled")));
            now = Rows.instant(row, "now");
        }
        return new Locked<>(services, objects, rights, now);
    }

    /** In the order that PostgreSQL gives them. */
    private record Key(UUID service, UUID object) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int byService = Rows.UUID_ORDER.compare(service, other.service);
            return byService != 0 ? byService : Rows.UUID_ORDER.compare(object, other.object);
        }
    }
}
