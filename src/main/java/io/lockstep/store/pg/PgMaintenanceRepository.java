package io.lockstep.store.pg;

import io.lockstep.store.MaintenanceRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;

/** Leases and purges in PostgreSQL. */
final class PgMaintenanceRepository implements MaintenanceRepository {

    private static final Sql SQL = Sql.load("maintenance");
    private static final String ACQUIRE_LEASE = SQL.get("acquireLease");
    private static final String RELEASE_LEASE = SQL.get("releaseLease");
    private static final String PING = SQL.get("ping");
    private static final String PRUNE_WRITES = SQL.get("pruneWrites");
    private static final String PRUNE_KEYS = SQL.get("pruneKeys");
    private static final String PURGE_DOCUMENTS = SQL.get("purgeDocuments");
    private static final String PURGE_SERVICES = SQL.get("purgeServices");

    private final Database database;

    PgMaintenanceRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<Boolean> acquireLease(String task, UUID holder, Duration duration) {
        return database.write(ACQUIRE_LEASE, Tuple.of(task, holder, Rows.seconds(duration)))
                .map(rows -> rows.size() == 1);
    }

    @Override
    public Future<Void> releaseLease(String task, UUID holder) {
        return database.write(RELEASE_LEASE, Tuple.of(task, holder)).mapEmpty();
    }

    @Override
    public Future<Void> ping() {
        return database.read(PING, Tuple.tuple()).mapEmpty();
    }

    @Override
    public Future<Integer> pruneWrites(Duration age, int limit) {
        return database.write(PRUNE_WRITES, Tuple.of(Rows.seconds(age), limit)).map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> pruneKeys(Duration age, int limit) {
        return database.write(PRUNE_KEYS, Tuple.of(Rows.seconds(age), limit)).map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> purgeDocuments(Duration age, int limit) {
        return database.write(PURGE_DOCUMENTS, Tuple.of(Rows.seconds(age), limit))
                .map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> purgeServices(Duration age, int limit) {
        return database.write(PURGE_SERVICES, Tuple.of(Rows.seconds(age), limit))
                .map(RowSet::rowCount);
    }
}
