package io.lockstep.realtime;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one socket follows, and what it is told of it (subscriptions.md sections 2 to 4). */
final class Subscriptions {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private static final int MAX = 2000; // Twilio's: code 54419

    private final Session session;
    private final Hub hub;
    private final Map<Sid, Subscription> subscriptions = new HashMap<>();

    Subscriptions(Session session, Hub hub) {
        this.session = session;
        this.hub = hub;
    }

    /** Accepts a batch; the outcomes come later, an object each. Fails when it cannot be read. */
    ClientReply accept(Caller.Client caller, Buffer body) {
        SubscriptionBatch batch = SubscriptionBatch.parse(body);
        if (batch.establish()) {
            batch.requests().forEach(asked -> establish(caller, batch, asked));
        } else {
            cancel(batch);
        }
        return ClientReply.of(
                202,
                json -> json.put("estimated_delivery_in_ms", 10_000)
                        .put("max_batch_size", SubscriptionBatch.MAX)
                        .put("ttl_in_s", 86_400));
    }

    /** Again means anew: what has been missed is told from the cursor on. */
    private void establish(Caller.Client caller, SubscriptionBatch batch, SubscriptionBatch.Asked asked) {
        Sid object = asked.object();
        if (object == null) {
            refuse(batch, asked, missing(asked));
            return;
        }
        Subscription before = subscriptions.get(object);
        if (before != null) {
            before.end();
        }
        if (subscriptions.size() >= MAX) {
            refuse(batch, asked, new SyncException(ErrorCode.TOO_MANY_SUBSCRIPTIONS, "Too many subscriptions"));
            return;
        }
        Watch watch = hub.watch(caller.accountSid(), caller.serviceSid(), object);
        Subscription subscription = new Subscription(session, hub, watch, caller, batch);
        if (before != null) {
            subscription.replaces(before);
        }
        subscriptions.put(object, subscription);
        hub.listener().subscriptions(1);
        subscription.start(asked.lastEventId());
    }

    private static SyncException missing(SubscriptionBatch.Asked asked) {
        return asked.type().equals("live_query")
                ? new SyncException(ErrorCode.INVALID_INDEX_NAME, "Invalid index name")
                : new SyncException(ErrorCode.NOT_FOUND, "There is no such object");
    }

    /** Always positive: a client that were told otherwise would ask for ever. */
    private void cancel(SubscriptionBatch batch) {
        for (SubscriptionBatch.Asked asked : batch.requests()) {
            Sid object = asked.object();
            Subscription subscription = object == null ? null : subscriptions.get(object);
            if (subscription != null) {
                subscription.end();
            }
            outcome("subscription_canceled", batch, asked, json -> {});
        }
    }

    private void refuse(SubscriptionBatch batch, SubscriptionBatch.Asked asked, SyncException cause) {
        outcome("subscription_failed", batch, asked, json -> error(json, cause));
    }

    private static void error(JsonWriter json, SyncException cause) {
        json.putObject(
                "error",
                error -> error.put("status", cause.errorCode().httpStatus())
                        .put("code", cause.errorCode().code())
                        .put("message", cause.getMessage()));
    }

    private void outcome(
            String type, SubscriptionBatch batch, SubscriptionBatch.Asked asked, Consumer<JsonWriter> rest) {
        outcome(type, batch.version(), batch.correlationId(), json -> {
            json.put("object_sid", asked.sid()).put("object_type", asked.type());
            rest.accept(json);
        });
    }

    private void outcome(String type, int version, @Nullable Long correlationId, Consumer<JsonWriter> event) {
        Buffer payload = JsonWriter.object(json -> {
            json.put("event_type", type)
                    .putNumber("correlation_id", correlationId)
                    .put("event_protocol_version", version);
            if (version == Event.SINGULAR) {
                json.putObject("event", event);
            } else {
                json.putArray("events", List.of(json), event);
            }
        });
        session.notify(Event.notification(hub.ids(), Event.ORDERED, payload));
    }

    /** Done when all that came before an event has been told; at once when the object is not followed. */
    Future<Void> toldBefore(Sid object, long eventId) {
        Subscription subscription = subscriptions.get(object);
        return subscription == null ? Future.succeededFuture() : subscription.toldBefore(eventId);
    }

    /** What a subscription has missed has been told up to an event; from here on it is live. */
    void established(Subscription subscription, long lastEventId) {
        outcome("subscription_established", subscription.version(), subscription.correlationId(), json -> {
            identify(json, subscription);
            json.put("replay_status", "completed").put("last_event_id", lastEventId);
        });
    }

    /**
     * It cannot be followed, or no longer: the client gives it up. The SDK takes the latter only when it is told of no
     * batch, for it compares that with the one that it waits for. Nothing is told while the database cannot be asked: the
     * client asks again when the time is over.
     */
    void failed(Subscription subscription, Throwable cause) {
        if (!(cause instanceof SyncException)) {
            log.error("{} could not be followed", subscription.object(), cause);
        } else if (cause instanceof SyncException refused && refused.errorCode() != ErrorCode.UNAVAILABLE) {
            outcome("subscription_failed", subscription.version(), subscription.correlationId(), json -> {
                identify(json, subscription);
                error(json, refused);
            });
        }
    }

    private static void identify(JsonWriter json, Subscription subscription) {
        json.put("object_sid", subscription.object().toString())
                .put("object_type", subscription.object().kind().word());
    }

    /** One has ended, for whichever reason. */
    void ended(Subscription subscription) {
        if (subscriptions.remove(subscription.object(), subscription)) {
            hub.listener().subscriptions(-1);
        }
    }

    /** The socket has gone. */
    void end() {
        List.copyOf(subscriptions.values()).forEach(Subscription::end);
    }
}
