package io.lockstep.webhook;

import io.lockstep.event.Addresses;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.WebhookRepository.Claim;
import io.lockstep.store.WebhookRepository.Delivery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the outbox: claims objects that have deliveries and sends those of each one after another, each once. Woken by
 * the event bus when some have come, and by a slow scan for those of a lost message or a dead node. Belongs to one event
 * loop.
 */
public final class WebhookDispatcher {

    private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);

    private static final int OBJECTS_AT_ONCE = 64;
    private static final int DELIVERIES_AT_ONCE = 16; // read ahead, of one object
    private static final Duration SCAN = Duration.ofSeconds(2);
    private static final Duration CLAIMED_FOR = Duration.ofMinutes(1); // more than twice the longest attempt
    private static final Duration RELEASED_FOR = Duration.ofSeconds(1); // after a failure of the database
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final WebhookRepository outbox;
    private final WebhookSender sender;
    private final UUID node = UUID.randomUUID();

    private @Nullable MessageConsumer<?> wakeUps;
    private long timer;
    private Future<?> claiming = Future.succeededFuture();
    private boolean more;
    private boolean stopped;
    private int atWork;

    public WebhookDispatcher(Vertx vertx, WebhookRepository outbox) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.sender = new WebhookSender(vertx);
    }

    /** Begins. */
    public void start() {
        wakeUps = vertx.eventBus().localConsumer(Addresses.WEBHOOKS_DUE, message -> wakeUp());
        scan();
    }

    /** With jitter, so that nodes that started together do not ask together for ever. */
    private void scan() {
        wakeUp();
        long millis = SCAN.toMillis();
        timer = vertx.setTimer(millis + ThreadLocalRandom.current().nextLong(millis / 4), id -> scan());
    }

    private void wakeUp() {
        more = true;
        claim();
    }

    /** One claim at a time; who is woken while it is under way claims again after it. */
    private void claim() {
        int free = OBJECTS_AT_ONCE - atWork;
        if (stopped || !more || free == 0 || !claiming.isComplete()) {
            return;
        }
        more = false;
        claiming = outbox.claim(node, free, CLAIMED_FOR)
                .onSuccess(claims -> {
                    more |= claims.size() == free;
                    claims.forEach(this::begin);
                })
                .onFailure(cause -> log.warn("cannot claim webhooks, the next scan will: {}", cause.toString()))
                .onComplete(done -> vertx.runOnContext(ignored -> claim()));
    }

    private void begin(Claim claim) {
        atWork++;
        goOn(claim);
    }

    /** Until nothing is left; a busy object never ends, so nothing is chained from one turn to the next. */
    private void goOn(Claim claim) {
        turn(claim)
                .onFailure(cause -> log.warn("webhooks of {} wait: {}", claim.objectSid(), cause.toString()))
                .recover(cause -> outbox.release(claim, RELEASED_FOR).mapEmpty())
                .onComplete(next -> {
                    if (next.result() == null) {
                        atWork--;
                        claim();
                    } else {
                        goOn(next.result());
                    }
                });
    }

    /** Some of an object's deliveries; the claim to go on with, or null when there are no more or somebody else has it. */
    private Future<@Nullable Claim> turn(Claim claim) {
        if (stopped) {
            return outbox.release(claim, Duration.ZERO).mapEmpty();
        }
        return outbox.deliveries(claim, DELIVERIES_AT_ONCE)
                .compose(deliveries -> deliveries.isEmpty() ? outbox.finish(claim) : sendAll(claim, deliveries))
                .compose(finished -> finished ? Future.succeededFuture() : outbox.extend(claim, CLAIMED_FOR));
    }

    /** As many as may be begun while the claim lasts. */
    private Future<Boolean> sendAll(Claim claim, List<Delivery> deliveries) {
        long until = System.nanoTime() + CLAIMED_FOR.toNanos() / 2;
        Future<Void> all = Future.succeededFuture();
        for (Delivery delivery : deliveries) {
            all = all.compose(ignored ->
                    stopped || System.nanoTime() > until ? Future.succeededFuture() : attempt(claim, delivery));
        }
        return all.map(false);
    }

    private Future<Void> attempt(Claim claim, Delivery delivery) {
        String url = delivery.url();
        if (url == null) {
            log.info("webhook {} is dropped: its Service has no URL any more", delivery.token());
            return outbox.remove(claim, delivery);
        }
        return sender.send(url, delivery)
                .onSuccess(status -> complain(delivery, status))
                .onFailure(cause -> log.warn("webhook {} was not delivered: {}", delivery.token(), cause.toString()))
                .transform(done -> outbox.remove(claim, delivery));
    }

    private static void complain(Delivery delivery, int status) {
        if (status < 200 || status > 299) {
            log.warn("webhook {} was answered with {}", delivery.token(), status);
        }
    }

    /** Begins nothing more, and waits a while for the attempts that are under way. */
    public Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        Future<?> deaf = wakeUps == null ? Future.succeededFuture() : wakeUps.unregister();
        return deaf.transform(done -> claiming.otherwiseEmpty())
                .compose(ignored -> idle(System.nanoTime() + STOP_PATIENCE.toNanos()))
                .eventually(sender::close);
    }

    private Future<Void> idle(long deadline) {
        return atWork == 0 || System.nanoTime() > deadline
                ? Future.succeededFuture()
                : vertx.timer(20, TimeUnit.MILLISECONDS).compose(ignored -> idle(deadline));
    }
}
