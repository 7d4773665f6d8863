package io.lockstep.store.pg.lane;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.store.CommitListener;
import io.lockstep.store.pg.lane.BatchWriter.Batch;
import io.lockstep.write.Outcome;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A queue of writes with one batch under way. An idle lane sends what arrives in one turn of its event loop; what arrives
 * while a batch is under way is the next one, up to a bound, and to half of what seems to be there: when all are in one
 * batch, clients and database wait for each other; of two halves, one is with the database while the other is told and asks
 * again. Belongs to one event loop.
 */
public final class WriteLane<C, R> {

    private static final int WORTH_HALVING = 32;

    private final Transactions<C, R> transactions;
    private final Bounds bounds;
    private final CommitListener listener;
    private final Turn turn;
    private final Answers answers;
    private final Deque<Pending<C, R>> queue = new ArrayDeque<>();
    private int last; // writes in the last batch, whose clients may be back in a moment
    private boolean underWay;
    private boolean gathering;

    public WriteLane(Transactions<C, R> transactions, Bounds bounds, CommitListener listener, Turn turn) {
        this.transactions = transactions;
        this.bounds = bounds;
        this.listener = listener;
        this.turn = turn;
        this.answers = new Answers(turn);
    }

    /**
     * What becomes of a write, once it is committed. Fails with UNAVAILABLE before any work when the queue is full, or
     * when the database is away and nothing was done.
     */
    public Future<R> submit(Write<C> write) {
        if (queue.size() >= bounds.queue()) {
            return SyncException.failedFuture(ErrorCode.UNAVAILABLE, "Too many writes are waiting, try again later");
        }
        Pending<C, R> pending = new Pending<>(write, Promise.promise());
        queue.add(pending);
        if (!underWay) {
            gather();
        }
        return pending.answer().future();
    }

    /** Until the turn ends, or the batch is full. */
    private void gather() {
        if (queue.size() >= bounds.batch()) {
            next();
        } else if (!gathering) {
            gathering = true;
            turn.atEnd(this::endTurn);
        }
    }

    private void endTurn() {
        gathering = false;
        if (!underWay) {
            next();
        }
    }

    private void next() {
        int size = Math.min(queue.size(), most());
        List<Pending<C, R>> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            batch.add(queue.remove());
        }
        last = size;
        underWay = !batch.isEmpty();
        if (underWay) {
            commit(batch)
                    .onSuccess(done -> goOn(batch, done))
                    .onFailure(cause -> oneByOne(batch, cause).onComplete(ignored -> next()));
        }
    }

    private int most() {
        int there = queue.size() + last;
        return there < WORTH_HALVING ? bounds.batch() : Math.min(bounds.batch(), (there + 1) / 2);
    }

    private Future<Batch<R>> commit(List<Pending<C, R>> batch) {
        return transactions.commit(batch.stream().map(Pending::write).toList());
    }

    /** The next batch goes out first: the database works while these answers are written. */
    private void goOn(List<Pending<C, R>> batch, Batch<R> done) {
        next();
        answer(batch, done);
    }

    /** Those who caused a change hear of it before anybody else does. */
    private void answer(List<Pending<C, R>> batch, Batch<R> done) {
        List<Runnable> all = new ArrayList<>(batch.size() + 1);
        for (int i = 0; i < batch.size(); i++) {
            int number = i;
            all.add(() -> Answering.tell(
                    batch.get(number).answer(),
                    Future.succeededFuture(done.outcomes().get(number)).map(Outcome::result)));
        }
        if (!done.changes().isEmpty() || done.webhooksDue()) {
            all.add(() -> listener.committed(done.changes(), done.webhooksDue()));
        }
        answers.tell(all);
    }

    /** The server refused the batch: each write by itself, so that one bad row does not fail its neighbours. */
    private Future<Void> oneByOne(List<Pending<C, R>> batch, Throwable cause) {
        if (batch.size() == 1 || !(cause instanceof RefusedBatchException)) {
            Throwable reason = cause instanceof RefusedBatchException refused ? refused.reason() : cause;
            batch.forEach(pending -> Answering.tell(pending.answer(), Future.failedFuture(reason)));
            return Future.succeededFuture();
        }
        Future<Void> all = Future.succeededFuture();
        for (Pending<C, R> one : batch) {
            all = all.compose(ignored -> alone(one));
        }
        return all;
    }

    /** Succeeds when the write has been answered, however. */
    private Future<Void> alone(Pending<C, R> one) {
        return commit(List.of(one))
                .onSuccess(done -> answer(List.of(one), done))
                .<Void>mapEmpty()
                .recover(cause -> oneByOne(List.of(one), cause));
    }

    /**
     * How much a lane takes.
     *
     * @param batch writes in one transaction
     * @param queue writes that wait
     */
    public record Bounds(int batch, int queue) {}

    private record Pending<C, R>(Write<C> write, Promise<R> answer) {}
}
