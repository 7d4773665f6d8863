package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import io.lockstep.model.WebhookError;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.store.WebhookRepository.Result;
import io.lockstep.store.WebhookRepository.State;
import io.lockstep.webhook.Overrides.Policy;
import io.lockstep.webhook.Overrides.Retries;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of a delivery after an attempt: whether there will be another one, when, and who waits for it. */
final class Schedule {

    private final WebhookConfig config;
    private final RandomGenerator random;

    Schedule(WebhookConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    /**
     * @param sinceRead how long ago it was read how long the delivery has been held
     */
    Next after(Delivery delivery, Overrides overrides, Sent sent, Duration sinceRead) {
        int attempts = delivery.attempts() + 1;
        WebhookError error = sent.error();
        if (error == null) {
            return new Next(result(delivery, State.DELIVERED, sent, null), null);
        }
        Duration held =
                delivery.held() == null ? Duration.ZERO : delivery.held().plus(sinceRead);
        Duration pause = pause(attempts, sent.retryAfter());
        Retries retries = overrides.retries();
        if (retries != null) {
            boolean again = error != WebhookError.GONE && attempts <= retries.count() && covers(retries, error);
            return again ? stay(delivery, sent, pause) : over(delivery, sent);
        }
        if (error == WebhookError.GONE || held.plus(pause).compareTo(config.retryFor()) > 0) {
            return over(delivery, sent);
        }
        return delivery.inLine() && held.plus(pause).compareTo(config.hold()) > 0
                ? new Next(result(delivery, State.PENDING, sent, pause), null)
                : stay(delivery, sent, pause);
    }

    private static Next stay(Delivery delivery, Sent sent, Duration pause) {
        return new Next(result(delivery, State.PENDING, sent, null), pause);
    }

    private static Next over(Delivery delivery, Sent sent) {
        return new Next(result(delivery, State.FAILED, sent, null), null);
    }

    private static Result result(Delivery delivery, State state, Sent sent, @Nullable Duration leavesFor) {
        return new Result(delivery, state, delivery.attempts() + 1, sent.attempt(), sent.error(), leavesFor);
    }

    /** Doubles with each attempt; half of it at random, so that what failed together does not come back together. */
    private Duration pause(int attempts, @Nullable Duration retryAfter) {
        double longest = config.maxBackoff().toMillis();
        double pause = Math.min(longest, config.backoff().toMillis() * Math.pow(2, attempts - 1));
        Duration jittered = Duration.ofMillis(Math.max(1, (long) (pause * (0.5 + random.nextDouble() / 2))));
        return retryAfter != null && retryAfter.compareTo(jittered) > 0 ? retryAfter : jittered;
    }

    private static boolean covers(Retries retries, WebhookError error) {
        return switch (error) {
            case CLIENT_ERROR, REDIRECT -> retries.policies().contains(Policy.CLIENT_ERROR);
            case SERVER_ERROR -> retries.policies().contains(Policy.SERVER_ERROR);
            case READ_TIMEOUT, BROKEN_RESPONSE -> retries.policies().contains(Policy.READ_TIMEOUT);
            case CONNECTION_FAILED, CONNECT_TIMEOUT, DNS_FAILED, TLS_FAILED, PRIVATE_ADDRESS ->
                retries.policies().contains(Policy.CONNECT_TIMEOUT);
            case GONE, INVALID_URL, URL_CLEARED, SERVICE_DELETED -> false;
        };
    }

    /**
     * @param pause until its line goes on, when it stays at its head; null when the next delivery may be sent
     */
    record Next(Result result, @Nullable Duration pause) {}
}
