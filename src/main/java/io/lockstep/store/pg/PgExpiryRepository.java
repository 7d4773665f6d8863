package io.lockstep.store.pg;

import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName.BySid;
import io.lockstep.store.ExpiryRepository;
import io.lockstep.write.Command;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Finds what has expired by index, table after table, and removes it through the lanes. */
final class PgExpiryRepository implements ExpiryRepository {

    private final Database database;
    private final List<Expiring> tables;

    PgExpiryRepository(Database database, List<Expiring> tables) {
        this.database = database;
        this.tables = List.copyOf(tables);
    }

    @Override
    public Future<Duration> sweep(int limit, Duration horizon) {
        return Future.join(tables.stream()
                        .map(table -> sweep(table, limit, horizon))
                        .toList())
                .map(swept ->
                        swept.<Duration>list().stream().min(Duration::compareTo).orElse(horizon));
    }

    private Future<Duration> sweep(Expiring table, int limit, Duration horizon) {
        return database.read(table.due(), Tuple.of(Rows.seconds(horizon), limit))
                .compose(rows -> Future.join(remove(table, rows)).map(done -> next(rows, limit, horizon)));
    }

    private static List<Future<?>> remove(Expiring table, RowSet<Row> rows) {
        List<Future<?>> removals = new ArrayList<>();
        for (Row row : rows) {
            if (row.getLong("millis") <= 0) {
                removals.add(table.removal().apply(row).recover(PgExpiryRepository::forgive));
            }
        }
        return removals;
    }

    /** It is gone already, or has been given more time. */
    private static <T> Future<T> forgive(Throwable cause) {
        boolean refused =
                cause instanceof SyncException refusal && refusal.errorCode().httpStatus() < 500;
        return refused ? Future.succeededFuture() : Future.failedFuture(cause);
    }

    /** How long it is until the next of rows that tell so in their column {@code millis}. */
    static Duration next(RowSet<Row> rows, int limit, Duration horizon) {
        long millis = horizon.toMillis();
        int overdue = 0;
        for (Row row : rows) {
            long left = row.getLong("millis");
            overdue += left <= 0 ? 1 : 0;
            millis = left > 0 ? Math.min(millis, left) : millis;
        }
        return overdue == limit ? Duration.ZERO : Duration.ofMillis(millis);
    }

    /**
     * Where things expire.
     *
     * @param due the statement that finds them
     * @param removal the write that removes what a row of it names, if its time has come
     */
    record Expiring(String due, Function<Row, Future<?>> removal) {

        /**
         * @param kind of the object that a row names
         * @param command that removes it, or an item of it
         */
        static <C extends Command, R> Expiring of(
                String due, Sid.Kind kind, Lanes<C, R> lanes, BiFunction<BySid, Row, C> command) {
            return new Expiring(
                    due,
                    row -> lanes.submit(
                            new Caller.Backend(Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid")),
                            Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                            command.apply(new BySid(Rows.sid(row, kind, "sid")), row),
                            null));
        }
    }
}
