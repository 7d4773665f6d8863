package io.lockstep.webhook;

import io.lockstep.store.WebhookRepository.Line;

/**
 * A line that waits for its receiver.
 *
 * @param until when its claim ends, as {@link System#nanoTime} counts
 */
record Parked(Line line, WebhookTarget to, long until) {}
