package io.lockstep.store.pg;

import io.lockstep.model.Sid;
import io.lockstep.store.MaintenanceRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Leases and purges in PostgreSQL. */
final class PgMaintenanceRepository implements MaintenanceRepository {

    private static final Sql SQL = Sql.load("maintenance");
    private static final String ACQUIRE_LEASE = SQL.get("acquireLease");
    private static final String RELEASE_LEASE = SQL.get("releaseLease");
    private static final String PING = SQL.get("ping");
    private static final String PRUNE_WRITES = SQL.get("pruneWrites");
    private static final String PRUNE_KEYS = SQL.get("pruneKeys");
    private static final List<String> OF_SERVICES = List.of(
            "document",
            "sync_list_item",
            "sync_list",
            "sync_map_item",
            "sync_map",
            "sync_stream",
            "permission",
            "socket",
            "presence",
            "webhook_delivery",
            "webhook_queue",
            "webhook_attempt");
    private static final List<String> PURGE = purgeStatements();
    private static final List<String> PRUNE_TOMBSTONES = Stream.of(Sid.Kind.LIST, Sid.Kind.MAP)
            .map(kind -> ItemTable.of(kind).sql("prune"))
            .toList();

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
        return database.read(PING, Tuple.tuple())
                .compose(rows -> rows.iterator().next().getBoolean("read_only")
                        ? Future.failedFuture(PgErrors.unavailable())
                        : Future.succeededFuture());
    }

    @Override
    public Future<Integer> pruneWrites(Duration age, int limit) {
        return database.write(
                        PRUNE_WRITES,
                        Tuple.of(
                                Rows.seconds(age),
                                limit,
                                WriteIds.before(Instant.now().minus(age))))
                .map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> pruneKeys(Duration age, int limit) {
        return database.write(PRUNE_KEYS, Tuple.of(Rows.seconds(age), limit)).map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> purge(Duration age, int limit) {
        return inTurn(
                PURGE,
                sql -> database.write(sql, Tuple.of(Rows.seconds(age), limit)).map(RowSet::rowCount));
    }

    @Override
    public Future<Integer> pruneTombstones(Duration age, int limit) {
        return inTurn(
                PRUNE_TOMBSTONES,
                sql -> database.write(sql, Tuple.of(Rows.seconds(age), limit))
                        .map(rows -> rows.iterator().next().getInteger("pruned")));
    }

    /** One statement after another, each a transaction; the greatest of their numbers. */
    private static Future<Integer> inTurn(List<String> statements, Function<String, Future<Integer>> run) {
        Future<Integer> greatest = Future.succeededFuture(0);
        for (String sql : statements) {
            greatest = greatest.compose(before -> run.apply(sql).map(number -> Math.max(before, number)));
        }
        return greatest;
    }

    /** What an object holds before the object, and everything in a Service before the Service. */
    private static List<String> purgeStatements() {
        List<String> statements = new ArrayList<>();
        for (Sid.Kind kind : List.of(Sid.Kind.DOCUMENT, Sid.Kind.STREAM)) {
            Sql sql = Sql.load("purge", Map.of("kind", kind.word(), "table", ObjectTable.name(kind)));
            statements.addAll(List.of(sql.get("permissions"), sql.get("objects")));
        }
        for (Sid.Kind kind : List.of(Sid.Kind.LIST, Sid.Kind.MAP)) {
            Sql sql = Sql.load(
                    "purge",
                    Map.of("kind", kind.word(), "table", ObjectTable.name(kind), "item", ItemTable.name(kind)));
            statements.addAll(List.of(sql.get("permissions"), sql.get("items"), sql.get("collections")));
        }
        for (String table : OF_SERVICES) {
            statements.add(Sql.load("purge", Map.of("table", table)).get("ofServices"));
        }
        statements.add(Sql.load("purge").get("services"));
        return List.copyOf(statements);
    }
}
