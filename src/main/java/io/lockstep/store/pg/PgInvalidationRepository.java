package io.lockstep.store.pg;

import io.lockstep.store.InvalidationRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Invalidations in PostgreSQL, read by transaction and not by their own number: see V001. */
final class PgInvalidationRepository implements InvalidationRepository {

    private static final Sql SQL = Sql.load("invalidation");
    private static final String SINCE = SQL.get("since");
    private static final String HORIZON = SQL.get("horizon");
    private static final String PRUNE = SQL.get("prune");

    private final Database database;

    PgInvalidationRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<String> horizon() {
        return database.read(HORIZON, Tuple.tuple())
                .map(rows -> rows.iterator().next().getString("horizon"));
    }

    @Override
    public Future<Invalidations> since(String horizon) {
        return database.read(SINCE, Tuple.of(horizon)).map(PgInvalidationRepository::toInvalidations);
    }

    private static Invalidations toInvalidations(RowSet<Row> rows) {
        List<Invalidation> invalidations = new ArrayList<>();
        for (Row row : rows) {
            String kind = row.getString("kind");
            if (kind != null) {
                invalidations.add(
                        new Invalidation(Kind.valueOf(kind.toUpperCase(Locale.ROOT)), row.getUUID("subject")));
            }
        }
        return new Invalidations(rows.iterator().next().getString("horizon"), invalidations);
    }

    @Override
    public Future<Integer> prune(Duration age, int limit) {
        return database.write(PRUNE, Tuple.of((double) age.toSeconds(), limit)).map(RowSet::rowCount);
    }
}
