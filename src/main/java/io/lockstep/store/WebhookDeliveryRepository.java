package io.lockstep.store;

import io.lockstep.model.Caller;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.WebhookDelivery;
import io.lockstep.model.WebhookSettings;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Webhooks as an operator sees them. Everything fails with NOT_FOUND when the Service is not the caller's. */
public interface WebhookDeliveryRepository {

    /** Those that pass the filter, the latest first. */
    Future<Page<WebhookDelivery>> page(Caller caller, Sid service, Filter filter, PageRequest request);

    /** One; NOT_FOUND when there is none, or none any more. */
    Future<WebhookDelivery> get(Caller caller, Sid service, Sid delivery);

    /** Its attempts in their order, as far as they are kept; the last of them when there were very many. */
    Future<List<WebhookDelivery.Attempt>> attempts(WebhookDelivery delivery);

    /** Sends one again, or at once when it waits; the future holds it as it is then. */
    Future<WebhookDelivery> resend(Caller caller, Sid service, Sid delivery);

    /** How a Service's webhooks are sent. */
    Future<WebhookSettings> settings(Caller caller, Sid service);

    /** Gives a Service another secret. */
    Future<WebhookSettings> rotateSecret(Caller caller, Sid service);

    /**
     * Which deliveries are wanted; null stands for any.
     *
     * @param createdFrom the earliest
     * @param createdBefore later than the latest
     */
    record Filter(
            WebhookDelivery.@Nullable State state,
            @Nullable String eventType,
            @Nullable Sid objectSid,
            @Nullable Instant createdFrom,
            @Nullable Instant createdBefore) {}
}
