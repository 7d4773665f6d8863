package io.lockstep.webhook;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.WebhookRepository.Line;
import io.lockstep.store.WebhookRepository.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives lines back, those together that come while others are given back, or shortly after. Belongs to one event loop. */
final class Settling {

    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    private static final int AT_ONCE = 256;
    private static final Duration GATHERING = Duration.ofMillis(3);

    private static final Duration OUTAGE = Duration.ofMillis(500); // before what has failed is tried again

    private final Vertx vertx;
    private final WebhookRepository outbox;
    private final BiConsumer<Integer, List<Settlement>> listener;
    private final Deque<Settlement> waiting = new ArrayDeque<>();
    private final Deque<Line> empty = new ArrayDeque<>();
    private boolean underWay;

    /**
     * @param listener is told how many lines are not ours any more, and what was settled of them
     */
    Settling(Vertx vertx, WebhookRepository outbox, BiConsumer<Integer, List<Settlement>> listener) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.listener = listener;
    }

    void settle(Settlement settlement) {
        waiting.add(settlement);
        goOn();
    }

    /** A line that held nothing when it was read. */
    void remove(Line line) {
        empty.add(line);
        goOn();
    }

    boolean isIdle() {
        return !underWay && waiting.isEmpty() && empty.isEmpty();
    }

    private void goOn() {
        if (underWay || isIdle()) {
            return;
        }
        underWay = true;
        Future<?> done = empty.isEmpty() ? settle(some(waiting)) : remove(some(empty));
        done.transform(result ->
                        vertx.timer((result.succeeded() ? GATHERING : OUTAGE).toMillis(), TimeUnit.MILLISECONDS))
                .onComplete(ignored -> {
                    underWay = false;
                    goOn();
                });
    }

    private Future<?> settle(List<Settlement> settlements) {
        return outbox.settle(settlements)
                .onSuccess(ignored -> listener.accept(settlements.size(), settlements))
                .onFailure(cause -> {
                    if (!again(cause, settlements, waiting)) {
                        listener.accept(settlements.size(), settlements);
                    }
                });
    }

    private Future<?> remove(List<Line> lines) {
        return outbox.remove(lines)
                .onSuccess(left -> {
                    left.forEach(line -> waiting.add(new Settlement(line, List.of(), null)));
                    listener.accept(lines.size() - left.size(), List.of());
                })
                .onFailure(cause -> {
                    if (!again(cause, lines, empty)) {
                        listener.accept(lines.size(), List.of());
                    }
                });
    }

    /** What an outage has kept from being written is written when it is over; if the claims have ended, to no effect. */
    private static <T> boolean again(Throwable cause, List<T> failed, Deque<T> queue) {
        boolean outage = cause instanceof UnknownOutcomeException
                || (cause instanceof SyncException expected && expected.errorCode() == ErrorCode.UNAVAILABLE);
        if (outage) {
            log.debug("webhooks are settled when the database is back: {}", cause.toString());
            queue.addAll(failed);
        } else {
            log.warn("webhooks are tried again when their claims end: {}", cause.toString());
        }
        return outage;
    }

    private static <T> List<T> some(Deque<T> queue) {
        List<T> some = new ArrayList<>();
        while (!queue.isEmpty() && some.size() < AT_ONCE) {
            some.add(queue.remove());
        }
        return some;
    }
}
