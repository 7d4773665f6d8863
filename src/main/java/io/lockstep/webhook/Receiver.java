package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is sent webhooks: how many are under way to it, which lines wait for it, and whether it is in trouble. After
 * some failures in a row it is left alone for a while, then tried with one webhook.
 */
final class Receiver {

    private static final int WAITING_PER_CONNECTION = 16;

    private final WebhookConfig config;
    private final Deque<Parked> waiting = new ArrayDeque<>();
    private int underWay;
    private int failures;
    private long closedUntil = System.nanoTime();

    Receiver(WebhookConfig config) {
        this.config = config;
    }

    /** How long it is left alone, from now on; zero or less when it is not. */
    Duration pause() {
        return Duration.ofNanos(closedUntil - System.nanoTime());
    }

    /** Whether something may be sent to it now. */
    boolean isFree() {
        return pause().isNegative() && underWay < (inTrouble() ? 1 : config.connectionsPerReceiver());
    }

    private boolean inTrouble() {
        return failures >= config.breakerFailures();
    }

    void begin() {
        underWay++;
    }

    void end() {
        underWay--;
    }

    /** Takes note of an attempt. */
    void attempted(Sent sent) {
        Duration retryAfter = sent.retryAfter();
        if (sent.error() == null) {
            failures = 0;
        } else if (!answered(sent) && ++failures >= config.breakerFailures()) {
            leaveAlone(config.breakerPause());
        }
        if (retryAfter != null) {
            leaveAlone(retryAfter);
        }
    }

    /** One that says what is wrong with a webhook is well. */
    private static boolean answered(Sent sent) {
        Integer status = sent.attempt().status();
        return status != null && status < 500;
    }

    private void leaveAlone(Duration pause) {
        closedUntil = Math.max(closedUntil, System.nanoTime() + pause.toNanos());
    }

    /** Lets a line wait for it; false when too many do. */
    boolean park(Parked line) {
        return waiting.size() < config.connectionsPerReceiver() * WAITING_PER_CONNECTION && waiting.add(line);
    }

    /** The next line that waited; null when there is none. */
    @Nullable
    Parked unpark() {
        return waiting.poll();
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether there is nothing to remember of it. */
    boolean isForgettable() {
        return underWay == 0 && waiting.isEmpty() && failures == 0 && pause().isNegative();
    }

    boolean isIdle() {
        return underWay == 0 && waiting.isEmpty();
    }
}
