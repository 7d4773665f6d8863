package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.event.Addresses;
import io.lockstep.model.WebhookError;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.store.WebhookRepository.Line;
import io.lockstep.store.WebhookRepository.Settlement;
import io.lockstep.store.WebhookRepository.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the outbox: claims lines that are due, as many as there is room for, and has each sent when its receiver has
 * room. Woken by the event bus when deliveries have come, by a timer when a line that was given back is due again, and by a
 * slow scan for those of a lost message or a dead node. Belongs to one event loop.
 */
public final class WebhookDispatcher {

    private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);

    private static final int CLAIMED = 4096; // lines at once
    private static final int CLAIMED_AT_ONCE = 128;
    private static final int DELIVERIES_AT_ONCE = 16; // read ahead, of one line
    private static final int COUNTED = 100_000;
    private static final Duration SCAN = Duration.ofSeconds(2);
    private static final Duration TICK =
            Duration.ofMillis(10); // what is due sooner after one another is looked for once
    private static final Duration GATHERING = Duration.ofMillis(3); // between claims, that each finds some more
    private static final Duration COUNT = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final WebhookRepository outbox;
    private final WebhookConfig config;
    private final DeliveryListener listener;
    private final WebhookSender sender;
    private final LineSender lines;
    private final Receivers receivers;
    private final Settling settling;
    private final List<Begun> beginning = new ArrayList<>();
    private final Set<Long> ticks = new HashSet<>();

    private @Nullable MessageConsumer<?> wakeUps;
    private long scanTimer;
    private long countTimer;
    private Future<?> claiming = Future.succeededFuture();
    private @Nullable UUID lost; // a claim whose answer was, so that nobody knows its lines
    private boolean more;
    private boolean stopped;
    private int claimed;
    private int underWay;

    public WebhookDispatcher(
            Vertx vertx, WebhookRepository outbox, WebhookConfig config, Signer signer, DeliveryListener listener) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.config = config;
        this.listener = listener;
        this.sender = new WebhookSender(vertx, config, signer);
        this.lines = new LineSender(sender, config, listener, this::gone);
        this.receivers = new Receivers(config);
        this.settling = new Settling(vertx, outbox, this::settled);
    }

    /** Begins. */
    public void start() {
        wakeUps = vertx.eventBus().localConsumer(Addresses.WEBHOOKS_DUE, message -> wakeUp());
        scan();
        count();
    }

    /** With jitter, so that nodes that started together do not ask together for ever. */
    private void scan() {
        wakeUp();
        long millis = SCAN.toMillis();
        scanTimer = vertx.setTimer(millis + ThreadLocalRandom.current().nextLong(millis / 4), id -> scan());
    }

    private void count() {
        outbox.backlog(COUNTED)
                .onSuccess(backlog -> listener.waiting(backlog.depth(), backlog.age()))
                .onFailure(cause -> log.debug("cannot count the webhooks that wait: {}", cause.toString()));
        countTimer = vertx.setTimer(COUNT.toMillis(), id -> count());
    }

    private void wakeUp() {
        more = true;
        claim();
    }

    /** When something is due that nobody tells of; the scan is early enough for what is due later. */
    private void wakeUpIn(Duration pause) {
        if (pause.compareTo(SCAN) < 0) {
            long tick = (System.nanoTime() + pause.toNanos()) / TICK.toNanos() + 1;
            if (ticks.add(tick)) {
                vertx.setTimer(pause.plus(TICK).toMillis(), id -> {
                    ticks.remove(tick);
                    wakeUp();
                });
            }
        }
    }

    /** One claim at a time; who is woken while it is under way, or shortly after, claims again then. */
    private void claim() {
        int free = Math.min(CLAIMED_AT_ONCE, CLAIMED - claimed);
        if (stopped || !more || free <= 0 || !claiming.isComplete()) {
            return;
        }
        more = false;
        claiming = releaseLost()
                .compose(ignored -> claim(free))
                .onFailure(cause -> log.warn("cannot claim webhooks, the next scan will: {}", cause.toString()))
                .transform(done -> vertx.timer(GATHERING.toMillis(), TimeUnit.MILLISECONDS));
        claiming.onComplete(done -> claim());
    }

    private Future<?> claim(int limit) {
        UUID claim = UUID.randomUUID();
        long until = System.nanoTime() + config.lease().toNanos();
        return outbox.claim(claim, limit, config.lease())
                .onSuccess(found -> {
                    more |= found.size() == limit;
                    claimed += found.size();
                    found.forEach(line -> place(line, until));
                })
                .onFailure(cause -> {
                    if (cause instanceof UnknownOutcomeException) {
                        lost = claim;
                        more = true;
                    }
                });
    }

    /** Before anything else is claimed: else its lines would wait for the end of the lease. */
    private Future<?> releaseLost() {
        UUID claim = lost;
        return claim == null ? Future.succeededFuture() : outbox.release(claim).onSuccess(ignored -> lost = null);
    }

    /** Begins a line, lets it wait for its receiver, or gives it back. */
    private void place(Line line, long until) {
        Target target = line.target();
        WebhookTarget to = target == null || target.url() == null || target.gone() ? null : parse(target.url());
        if (to == null) {
            begin(new Begun(line, null, null, until));
            return;
        }
        Receiver receiver = receivers.of(to);
        if (stopped || !receiver.pause().isNegative()) {
            settling.settle(new Settlement(line, List.of(), stopped ? Duration.ZERO : receiver.pause()));
        } else if (receiver.isFree() && underWay < config.connections()) {
            begin(new Begun(line, to, receiver, until));
        } else if (!receiver.park(new Parked(line, to, until))) {
            settling.settle(new Settlement(line, List.of(), config.backoff()));
        }
    }

    private static @Nullable WebhookTarget parse(String url) {
        try {
            return WebhookTarget.parse(url);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Those that begin in one turn of the event loop are read together. */
    private void begin(Begun begun) {
        if (begun.receiver() != null) {
            begun.receiver().begin();
            underWay++;
        }
        beginning.add(begun);
        if (beginning.size() == 1) {
            vertx.runOnContext(ignored -> readAll());
        }
    }

    private void readAll() {
        List<Begun> all = List.copyOf(beginning);
        beginning.clear();
        outbox.read(all.stream().map(Begun::line).toList(), DELIVERIES_AT_ONCE)
                .onSuccess(read -> {
                    for (int i = 0; i < all.size(); i++) {
                        send(all.get(i), read.get(i));
                    }
                })
                .onFailure(cause -> {
                    log.warn("cannot read webhooks, they are tried again in a while: {}", cause.toString());
                    all.forEach(begun -> end(begun, new Settlement(begun.line(), List.of(), SCAN)));
                });
    }

    private void send(Begun begun, List<Delivery> deliveries) {
        Line line = begun.line();
        Target target = line.target();
        boolean all = deliveries.size() < DELIVERIES_AT_ONCE;
        if (deliveries.isEmpty()) {
            free(begun);
            settling.remove(line);
        } else if (target == null || begun.to() == null || begun.receiver() == null) {
            end(begun, LineSender.drop(line, deliveries, why(target), all));
        } else {
            lines.send(line, target, begun.to(), begun.receiver(), deliveries, all, begun.until())
                    .onSuccess(settlement -> end(begun, settlement));
        }
    }

    private static WebhookError why(@Nullable Target target) {
        if (target == null) {
            return WebhookError.SERVICE_DELETED;
        }
        if (target.gone()) {
            return WebhookError.GONE;
        }
        return target.url() == null ? WebhookError.URL_CLEARED : WebhookError.INVALID_URL;
    }

    private void end(Begun begun, Settlement settlement) {
        free(begun);
        settling.settle(settlement);
    }

    /** Whoever waits for the receiver is next; or, when it was for one of all connections, for any. */
    private void free(Begun begun) {
        Receiver receiver = begun.receiver();
        if (receiver == null || begun.to() == null) {
            return;
        }
        receiver.end();
        boolean full = underWay-- == config.connections();
        unpark(receiver);
        if (full) {
            receivers.all().forEach(this::unpark);
        }
        receivers.tidy(begun.to());
    }

    private void unpark(Receiver receiver) {
        while (receiver.hasWaiting() && (stopped || underWay < config.connections())) {
            if (!stopped && receiver.pause().isNegative() && !receiver.isFree()) {
                return;
            }
            Parked parked = receiver.unpark();
            if (parked != null) {
                place(parked.line(), parked.until());
            }
        }
    }

    private void settled(int lines, List<Settlement> settlements) {
        claimed -= lines;
        for (Settlement settlement : settlements) {
            if (settlement.pause() != null) {
                wakeUpIn(settlement.pause());
            }
            settlement.results().forEach(result -> {
                if (result.leavesFor() != null) {
                    wakeUpIn(result.leavesFor());
                }
            });
        }
        claim();
    }

    private Future<Void> gone(Line line, String url) {
        return outbox.gone(line.serviceSid(), url)
                .onFailure(cause -> log.warn("cannot note that a webhook URL is gone: {}", cause.toString()));
    }

    /** Begins nothing more, and waits a while for the attempts that are under way. */
    public Future<Void> stop() {
        stopped = true;
        lines.stop();
        vertx.cancelTimer(scanTimer);
        vertx.cancelTimer(countTimer);
        Future<?> deaf = wakeUps == null ? Future.succeededFuture() : wakeUps.unregister();
        return deaf.transform(done -> claiming.otherwiseEmpty())
                .onComplete(ignored -> receivers.all().forEach(this::unpark))
                .compose(ignored -> idle(System.nanoTime() + STOP_PATIENCE.toNanos()))
                .eventually(sender::close);
    }

    private Future<Void> idle(long deadline) {
        boolean idle = underWay == 0 && beginning.isEmpty() && settling.isIdle();
        return idle || System.nanoTime() > deadline
                ? Future.succeededFuture()
                : vertx.timer(20, TimeUnit.MILLISECONDS).compose(ignored -> idle(deadline));
    }

    /**
     * A line that is read, or sent.
     *
     * @param to null when there is nobody to send it to, as its receiver
     * @param until when its claim ends
     */
    private record Begun(
            Line line, @Nullable WebhookTarget to, @Nullable Receiver receiver, long until) {}
}
