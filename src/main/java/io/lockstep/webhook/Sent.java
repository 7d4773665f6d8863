package io.lockstep.webhook;

import io.lockstep.model.WebhookError;
import io.lockstep.store.WebhookRepository.Attempt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of an attempt.
 *
 * @param error null when the webhook was delivered
 * @param retryAfter how long the receiver wants to be left alone; null when it did not say
 */
record Sent(
        Attempt attempt,
        @Nullable WebhookError error,
        @Nullable Duration retryAfter) {}
