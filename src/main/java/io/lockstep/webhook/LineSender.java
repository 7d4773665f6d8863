package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import io.lockstep.model.WebhookError;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.store.WebhookRepository.Line;
import io.lockstep.store.WebhookRepository.Result;
import io.lockstep.store.WebhookRepository.Settlement;
import io.lockstep.store.WebhookRepository.State;
import io.lockstep.store.WebhookRepository.Target;
import io.lockstep.webhook.Schedule.Next;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the deliveries of claimed lines, those of each one after another. */
final class LineSender {

    private static final Logger log = LoggerFactory.getLogger(LineSender.class);

    private final WebhookSender sender;
    private final Schedule schedule;
    private final WebhookConfig config;
    private final DeliveryListener listener;
    private final BiFunction<Line, String, Future<Void>> onGone;
    private boolean stopped;

    /**
     * @param onGone notes which URL wants nothing more
     */
    LineSender(
            WebhookSender sender,
            WebhookConfig config,
            DeliveryListener listener,
            BiFunction<Line, String, Future<Void>> onGone) {
        this.sender = sender;
        this.schedule = new Schedule(config, ThreadLocalRandom.current());
        this.config = config;
        this.listener = listener;
        this.onGone = onGone;
    }

    /** Begins nothing more. */
    void stop() {
        stopped = true;
    }

    /** What becomes of deliveries that cannot be sent to anybody. */
    static Settlement drop(Line line, List<Delivery> deliveries, WebhookError why, boolean all) {
        State state = why == WebhookError.INVALID_URL ? State.FAILED : State.DROPPED;
        List<Result> results = deliveries.stream()
                .map(it -> new Result(it, state, it.attempts(), null, why, null))
                .toList();
        return new Settlement(line, results, all ? null : Duration.ZERO);
    }

    /**
     * Sends them until one has to be tried again later, or the claim has not enough time left.
     *
     * @param all whether the line holds no more
     * @param until when the claim ends, as {@link System#nanoTime} counts
     */
    Future<Settlement> send(
            Line line,
            Target target,
            WebhookTarget to,
            Receiver receiver,
            List<Delivery> deliveries,
            boolean all,
            long until) {
        Run run = new Run(line, target, to, receiver, new ArrayDeque<>(deliveries), all, until);
        run.goOn();
        return run.done.future();
    }

    private final class Run {

        private final Line line;
        private final Target target;
        private final WebhookTarget to;
        private final Receiver receiver;
        private final Deque<Delivery> deliveries;
        private final boolean all;
        private final long until;
        private final long begin = System.nanoTime();
        private final Duration limit;
        private final List<Result> results = new ArrayList<>();
        private final Promise<Settlement> done = Promise.promise();

        Run(
                Line line,
                Target target,
                WebhookTarget to,
                Receiver receiver,
                Deque<Delivery> deliveries,
                boolean all,
                long until) {
            this.line = line;
            this.target = target;
            this.to = to;
            this.receiver = receiver;
            this.deliveries = deliveries;
            this.all = all;
            this.until = until;
            this.limit = shorter(
                    to.overrides().totalTimeout(),
                    config.lease().multipliedBy(3).dividedBy(4));
        }

        void goOn() {
            Delivery delivery = deliveries.poll();
            if (delivery == null) {
                end(all ? null : Duration.ZERO);
            } else if (stopped || System.nanoTime() + limit.toNanos() > until) {
                end(Duration.ZERO);
            } else if (!receiver.pause().isNegative()) {
                end(receiver.pause());
            } else {
                sender.send(line.serviceSid(), target, to, delivery, limit)
                        .onComplete(sent -> attempted(delivery, sent.result()));
            }
        }

        private void attempted(Delivery delivery, Sent sent) {
            WebhookError error = sent.error();
            receiver.attempted(sent);
            listener.attempted(
                    error == null ? "delivered" : error.word(), sent.attempt().latency());
            Next next = schedule.after(delivery, to.overrides(), sent, Duration.ofNanos(System.nanoTime() - begin));
            results.add(next.result());
            if (next.result().state() == State.FAILED) {
                log.warn("webhook {} has failed for good: {}", delivery.sid(), error == null ? "" : error.word());
            }
            if (error == WebhookError.GONE) {
                onGone.apply(line, String.valueOf(target.url()))
                        .onComplete(noted -> end(Duration.ZERO)); // what is left finds the URL gone
            } else if (next.pause() != null) {
                end(next.pause());
            } else {
                goOn();
            }
        }

        private void end(@Nullable Duration pause) {
            done.complete(new Settlement(line, results, pause));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
