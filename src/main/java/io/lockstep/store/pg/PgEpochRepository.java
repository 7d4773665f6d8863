package io.lockstep.store.pg;

import io.lockstep.store.EpochRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;

/** The epoch in PostgreSQL. */
final class PgEpochRepository implements EpochRepository {

    private static final Sql SQL = Sql.load("epoch");
    private static final String GET = SQL.get("get");
    private static final String BEGIN = SQL.get("begin");
    private static final String LIVING = SQL.get("living");
    private static final String RAISE = SQL.get("raise");
    private static final String DOCUMENTS = SQL.get("documents");
    private static final String LISTS = SQL.get("lists");
    private static final String MAPS = SQL.get("maps");
    private static final String LIST_ITEMS = SQL.get("listItems");
    private static final String MAP_ITEMS = SQL.get("mapItems");

    private final Database database;

    PgEpochRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<Long> get() {
        return database.read(GET, Tuple.tuple()).map(PgEpochRepository::epoch);
    }

    private static Long epoch(RowSet<Row> rows) {
        return rows.iterator().next().getLong("epoch");
    }

    @Override
    public Future<Begun> begin(long by) {
        return database.onConnectionForLong(
                        connection -> connection.begin().compose(transaction -> begin(connection, transaction, by)))
                .recover(cause -> PgErrors.lostAnswer(cause)
                        ? PgErrors.nobodyKnows(cause)
                        : Future.failedFuture(PgErrors.nothingDone(cause)));
    }

    private static Future<Begun> begin(SqlConnection connection, Transaction transaction, long by) {
        return connection
                .query(BEGIN)
                .execute()
                .compose(ignored -> connection.query(LIVING).execute())
                .compose(PgEpochRepository::refuseWhileNodesLive)
                .compose(ignored -> new Moving(connection, by).all())
                .compose(begun -> transaction.commit().map(begun))
                .recover(cause -> transaction.rollback().transform(done -> Future.failedFuture(cause)));
    }

    private static Future<Void> refuseWhileNodesLive(RowSet<Row> rows) {
        Row row = rows.iterator().next();
        int nodes = row.getInteger("nodes");
        return nodes == 0
                ? Future.succeededFuture()
                : Future.failedFuture(new NodesLiveException(nodes, row.getLong("seconds")));
    }

    /** Objects before their items, as everywhere. */
    private record Moving(SqlConnection connection, long by) {

        Future<Begun> all() {
            return connection
                    .query(RAISE)
                    .execute()
                    .map(PgEpochRepository::epoch)
                    .compose(epoch -> rows(DOCUMENTS)
                            .compose(documents -> rows(LISTS, MAPS)
                                    .compose(collections -> rows(LIST_ITEMS, MAP_ITEMS)
                                            .map(items -> new Begun(epoch, documents, collections, items)))));
        }

        private Future<Integer> rows(String one, String other) {
            return rows(one).compose(first -> rows(other).map(second -> first + second));
        }

        private Future<Integer> rows(String sql) {
            return connection.preparedQuery(sql).execute(Tuple.of(by)).map(RowSet::rowCount);
        }
    }
}
