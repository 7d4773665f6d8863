package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.error.ErrorCode;
import io.lockstep.store.Answer;
import io.lockstep.store.pg.KeyedBatch.Kept;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does a write that has a key once: the key is looked up before, and inserted with the answer behind the write, in one
 * transaction with it. Keys are the last that a transaction locks, in their order, so nobody who waits for one is waited
 * for by its holder.
 */
final class IdempotentWriter<C, R> implements BatchWriter<Keyed<C, R>, R> {

    private static final Sql SQL = Sql.load("idempotency");
    private static final String FIND = SQL.get("find");
    private static final String INSERT = SQL.get("insert");

    private final BatchWriter<C, R> writer;

    IdempotentWriter(BatchWriter<C, R> writer) {
        this.writer = writer;
    }

    @Override
    public Future<Sent<R>> run(SqlConnection connection, Future<?> begun, List<Write<Keyed<C, R>>> writes) {
        List<KeyedBatch.Key> keys =
                writes.stream().map(KeyedBatch::key).filter(Objects::nonNull).toList();
        if (keys.isEmpty()) {
            return writer.run(
                    connection, begun, writes.stream().map(KeyedBatch::command).toList());
        }
        Future<RowSet<Row>> rows = connection.preparedQuery(FIND).execute(keys(keys));
        return Future.join(begun, rows)
                .compose(ignored -> run(connection, begun, new KeyedBatch<>(writes, kept(rows.result()))));
    }

    private Future<Sent<R>> run(SqlConnection connection, Future<?> begun, KeyedBatch<C, R> batch) {
        List<Write<C>> fresh = batch.fresh();
        Future<Sent<R>> sent = fresh.isEmpty()
                ? Future.succeededFuture(new Sent<>(new Batch<>(List.of(), List.of(), false), Future.succeededFuture()))
                : writer.run(connection, begun, fresh);
        return sent.map(it -> keep(connection, batch, it));
    }

    private Sent<R> keep(SqlConnection connection, KeyedBatch<C, R> batch, Sent<R> sent) {
        Batch<R> all = new Batch<>(
                batch.outcomes(sent.batch().outcomes()),
                sent.batch().changes(),
                sent.batch().webhooksDue());
        if (batch.added().isEmpty()) {
            return new Sent<>(all, sent.written());
        }
        Future<?> kept = connection.preparedQuery(INSERT).execute(rows(batch.added()));
        return new Sent<>(all, Future.join(sent.written(), kept));
    }

    private static Map<KeyedBatch.Key, Kept> kept(RowSet<Row> rows) {
        Map<KeyedBatch.Key, Kept> kept = new HashMap<>();
        for (Row row : rows) {
            kept.put(new KeyedBatch.Key(row.getUUID("account_sid"), row.getString("key")), toKept(row));
        }
        return kept;
    }

    private static Kept toKept(Row row) {
        Integer status = row.getInteger("status");
        Answer answer = status == null
                ? new Answer.Refusal(ErrorCode.valueOf(row.getString("error_code")), row.getString("message"))
                : new Answer.Success(status, row.getString("etag"), row.getString("body"));
        return new Kept(requireNonNull(row.getBuffer("fingerprint")), answer);
    }

    private static Tuple keys(Collection<KeyedBatch.Key> keys) {
        return Tuple.tuple()
                .addArrayOfUUID(keys.stream().map(KeyedBatch.Key::accountSid).toArray(UUID[]::new))
                .addArrayOfString(keys.stream().map(KeyedBatch.Key::key).toArray(String[]::new));
    }

    private static Tuple rows(SortedMap<KeyedBatch.Key, Kept> added) {
        Collection<Kept> kept = added.values();
        return keys(added.keySet())
                .addArrayOfBuffer(kept.stream().map(Kept::fingerprint).toArray(Buffer[]::new))
                .addArrayOfInteger(column(kept, Answer.Success.class, Answer.Success::status)
                        .toArray(Integer[]::new))
                .addArrayOfString(
                        column(kept, Answer.Success.class, Answer.Success::eTag).toArray(String[]::new))
                .addArrayOfString(
                        column(kept, Answer.Success.class, Answer.Success::body).toArray(String[]::new))
                .addArrayOfString(
                        column(kept, Answer.Refusal.class, it -> it.errorCode().name())
                                .toArray(String[]::new))
                .addArrayOfString(column(kept, Answer.Refusal.class, Answer.Refusal::message)
                        .toArray(String[]::new));
    }

    /** Of the answers of one kind; null in the rows of the other. */
    private static <A extends Answer, T> List<@Nullable T> column(
            Collection<Kept> rows, Class<A> kind, Function<A, @Nullable T> value) {
        List<@Nullable T> column = new ArrayList<>(rows.size());
        for (Kept row : rows) {
            column.add(kind.isInstance(row.answer()) ? value.apply(kind.cast(row.answer())) : null);
        }
        return column;
    }
}
