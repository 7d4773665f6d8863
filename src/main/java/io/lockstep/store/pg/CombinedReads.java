package io.lockstep.store.pg;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.store.pg.lane.Answering;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads by key, those of one moment in one statement. An idle one sends what arrives in one turn of its event loop; what
 * arrives while statements are under way is the next one, up to a bound. No read joins a statement that was sent before it was asked for: it sees what
 * was committed until then, by whichever node. Belongs to one event loop.
 */
final class CombinedReads<K, R> {

    private static final int MAX_UNDER_WAY = 2; // one is executed while the answer to the other is read
    private static final int MAX_BATCH = 32; // of twice as many clients, half are asked for while the others are told
    private static final int MAX_WAITING = 2048;

    private final Database database;
    private final String sql;
    private final Function<List<K>, Tuple> parameters;
    private final Function<Row, R> mapper;
    private final Deque<Asked<K, R>> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean gathering;

    /**
     * @param sql whose rows tell in their column {@code number} which of the keys they are for, from 1 on
     * @param parameters the keys as the statement takes them
     */
    CombinedReads(Database database, String sql, Function<List<K>, Tuple> parameters, Function<Row, R> mapper) {
        this.database = database;
        this.sql = sql;
        this.parameters = parameters;
        this.mapper = mapper;
    }

    /**
     * What the key stands for; null when it stands for nothing. Fails with UNAVAILABLE when too many are waiting, or the
     * database cannot be reached.
     */
    Future<@Nullable R> get(K key) {
        if (waiting.size() >= MAX_WAITING) {
            return SyncException.failedFuture(ErrorCode.UNAVAILABLE, "Too many reads are waiting, try again later");
        }
        Asked<K, R> asked = new Asked<>(key, Promise.promise());
        waiting.add(asked);
        if (waiting.size() >= MAX_BATCH) {
            send();
        } else if (!gathering) {
            gathering = true;
            database.turn().atEnd(this::endTurn);
        }
        return asked.answer().future();
    }

    private void endTurn() {
        gathering = false;
        send();
    }

    /** Unless an answer has come meanwhile and sent them, or as many as may be are under way. */
    private void send() {
        if (waiting.isEmpty() || underWay >= MAX_UNDER_WAY) {
            return;
        }
        List<Asked<K, R>> batch = new ArrayList<>(Math.min(waiting.size(), MAX_BATCH));
        while (!waiting.isEmpty() && batch.size() < MAX_BATCH) {
            batch.add(waiting.remove());
        }
        underWay++;
        database.read(sql, parameters.apply(batch.stream().map(Asked::key).toList()))
                .map(rows -> Rows.numbered(rows, batch.size(), mapper))
                .onComplete(read -> answer(batch, read));
    }

    /** The next statement goes out first: the database works while these answers are written. */
    private void answer(List<Asked<K, R>> batch, AsyncResult<List<@Nullable R>> read) {
        underWay--;
        send();
        for (int i = 0; i < batch.size(); i++) {
            int number = i;
            Answering.tell(batch.get(i).answer(), read.map(rows -> rows.get(number)));
        }
    }

    private record Asked<K, R>(K key, Promise<@Nullable R> answer) {}
}
