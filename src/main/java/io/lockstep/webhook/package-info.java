/**
 * Sends webhooks from the outbox to the Services' URLs. Used by {@code app}; knows storage as repositories and commits as
 * messages on the event bus.
 */
@NullMarked
package io.lockstep.webhook;

import org.jspecify.annotations.NullMarked;
