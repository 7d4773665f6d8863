package io.lockstep.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook, and what has become of it.
 *
 * @param objectSid what it tells of; null when that is an endpoint
 * @param attemptCount how often it has been sent
 * @param status of the last answer; null when there was none
 * @param latency of the last attempt; null before the first
 * @param error why the last attempt failed, or why there was none; null when it did not
 * @param dateDone when it was over; null while it waits
 * @param parameters names and values of the form
 */
public record WebhookDelivery(
        Sid sid,
        Sid serviceSid,
        @Nullable Sid objectSid,
        String eventType,
        State state,
        int attemptCount,
        @Nullable Integer status,
        @Nullable Duration latency,
        @Nullable WebhookError error,
        Instant dateCreated,
        @Nullable Instant dateDone,
        Map<String, String> parameters) {

    /** Without what a client may keep secret. */
    @Override
    public String toString() {
        return sid.toString();
    }

    /** What may be with one. */
    public enum State {
        /** In the line of its object. */
        WAITING,
        /** In a line of its own. */
        RETRYING,
        DELIVERED,
        /** Given up. */
        FAILED,
        /** Not sent, because there is nobody to send it to. */
        DROPPED;

        /** Its name on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An attempt to send it.
     *
     * @param number from 1 on
     * @param status null when there was no answer
     * @param error null when it succeeded
     * @param response how the answer began; null when that was not kept
     * @param date of its end
     */
    public record Attempt(
            int number,
            @Nullable Integer status,
            Duration latency,
            @Nullable WebhookError error,
            @Nullable String response,
            Instant date) {}
}
