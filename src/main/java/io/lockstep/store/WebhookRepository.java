package io.lockstep.store;

import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.lockstep.model.WebhookError;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outbox: webhooks that wait to be sent, in lines. A line is claimed, not a delivery, so that those of one object are
 * sent in order; a delivery that holds its object up for too long leaves for a line of its own. A claim runs out by itself;
 * what is settled under one that has changes nothing.
 */
public interface WebhookRepository {

    /**
     * Claims lines that are due and that nobody is at, those due longest first. Fails with UnknownOutcomeException when the
     * answer was lost: lines may have been claimed that nobody knows of then, until they are released.
     */
    Future<List<Line>> claim(UUID claim, int limit, Duration duration);

    /** Makes due again what was claimed under an id. */
    Future<Void> release(UUID claim);

    /**
     * The first deliveries of each of the lines, in order.
     *
     * @param limit of a line
     */
    Future<List<List<Delivery>>> read(List<Line> lines, int limit);

    /** Gives lines back, with what became of their deliveries. */
    Future<Void> settle(List<Settlement> settlements);

    /** Removes lines that hold nothing; those that do now are left, and told. */
    Future<List<Line>> remove(List<Line> lines);

    /** A receiver wants no more webhooks: nothing goes to this URL until it is set anew. */
    Future<Void> gone(Sid service, String url);

    /**
     * What waits to be sent.
     *
     * @param limit how much is counted
     */
    Future<Backlog> backlog(int limit);

    /** Forgets deliveries that have been over for so long; the future holds how many. */
    Future<Integer> prune(Duration age, int limit);

    /**
     * A line whose deliveries nobody else sends.
     *
     * @param claim its id
     * @param version which deliveries had come by then
     * @param target null when the Service has been deleted
     */
    record Line(
            UUID claim,
            Sid serviceSid,
            UUID id,
            long version,
            @Nullable Target target) {}

    /**
     * Where a Service wants its webhooks.
     *
     * @param url null when it wants none
     * @param gone whether the URL has answered that it wants none any more
     * @param authToken the account's, which signs
     * @param secretGeneration of the Service's own secret
     * @param secretChanged whether the one before it still counts
     */
    record Target(
            Sid accountSid,
            @Nullable String url,
            boolean gone,
            EncryptedSecret authToken,
            int secretGeneration,
            boolean secretChanged) {}

    /**
     * A webhook to be sent.
     *
     * @param sid the same at every attempt
     * @param parameters names and values of the form
     * @param inLine whether others of its object wait for it
     * @param attempts that were made before
     * @param held since the first of them failed; null when there was none
     */
    record Delivery(
            Sid sid,
            Map<String, String> parameters,
            boolean inLine,
            int attempts,
            @Nullable Duration held) {

        /** Without what a client may keep secret. */
        @Override
        public String toString() {
            return sid.toString();
        }
    }

    /**
     * A line that is given back.
     *
     * @param pause until somebody may claim it again; null when it held nothing more
     */
    record Settlement(
            Line line, List<Result> results, @Nullable Duration pause) {}

    /**
     * What became of a delivery.
     *
     * @param attempts that were made by now
     * @param attempt the last of them; null when none was made
     * @param error why it failed, or why none was made; null when it succeeded
     * @param leavesFor how long it waits in a line of its own; null when it stays where it is
     */
    record Result(
            Delivery delivery,
            State state,
            int attempts,
            @Nullable Attempt attempt,
            @Nullable WebhookError error,
            @Nullable Duration leavesFor) {}

    /** What may be with a delivery. */
    enum State {
        PENDING,
        DELIVERED,
        FAILED,
        DROPPED
    }

    /**
     * An attempt that was made.
     *
     * @param status null when there was no answer
     * @param response how the answer began; null when there was none
     */
    record Attempt(
            @Nullable Integer status,
            Duration latency,
            @Nullable String response) {}

    /**
     * What waits.
     *
     * @param depth how many deliveries, as far as they were counted
     * @param age of the oldest of them
     */
    record Backlog(int depth, Duration age) {}
}
