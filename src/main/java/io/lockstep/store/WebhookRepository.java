package io.lockstep.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outbox: webhooks that wait to be sent. An object is claimed, not a delivery, so that of one object they are sent
 * in order. A claim runs out by itself; what is done under one that has changes nothing.
 */
public interface WebhookRepository {

    /** Claims objects that have deliveries and that nobody is at, those due longest first. */
    Future<List<Claim>> claim(UUID claim, int limit, Duration duration);

    /** Keeps a claim; null when it was lost. */
    Future<@Nullable Claim> extend(Claim claim, Duration duration);

    /** The next deliveries of a claimed object, in order. */
    Future<List<Delivery>> deliveries(Claim claim, int limit);

    /** Removes a delivery that was attempted. */
    Future<Void> remove(Claim claim, Delivery delivery);

    /** Gives an object back whose deliveries somebody else may send after a pause. */
    Future<Void> release(Claim claim, Duration pause);

    /** Gives an object back that has no deliveries left; false when one has come since it was claimed or extended. */
    Future<Boolean> finish(Claim claim);

    /**
     * An object whose deliveries nobody else sends.
     *
     * @param id of the claim
     * @param version which deliveries had come by then
     */
    record Claim(UUID id, UUID serviceSid, UUID objectSid, long version) {}

    /**
     * A webhook to be sent.
     *
     * @param token the same at every attempt
     * @param parameters names and values of the form
     * @param url where to, as the Service has it now; null when it has none any more
     */
    record Delivery(
            long id,
            UUID token,
            Map<String, String> parameters,
            @Nullable String url) {

        /** Without what a client may keep secret. */
        @Override
        public String toString() {
            return "Delivery[" + id + "]";
        }
    }
}
