package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.auth.WebhookSecrets;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import io.lockstep.model.WebhookDelivery;
import io.lockstep.model.WebhookDelivery.Attempt;
import io.lockstep.model.WebhookDelivery.State;
import io.lockstep.model.WebhookError;
import io.lockstep.model.WebhookSettings;
import io.lockstep.store.WebhookDeliveryRepository;
import io.lockstep.store.WebhookDeliveryRepository.Filter;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Twilio has no API for: /lockstep/v1/Services/{ServiceSid}/Webhook and WebhookDeliveries (docs/webhooks.md). */
final class WebhookRoutes implements Routes {

    private static final String SERVICE = "/lockstep/v1/Services/:ServiceSid";
    private static final String KEY = "webhook_deliveries";
    private static final String DELIVERIES = SERVICE + "/WebhookDeliveries";
    private static final List<Sid.Kind> KINDS =
            List.of(Sid.Kind.DOCUMENT, Sid.Kind.LIST, Sid.Kind.MAP, Sid.Kind.STREAM);

    private final ServiceSids services;
    private final WebhookDeliveryRepository deliveries;
    private final WebhookSecrets secrets;

    WebhookRoutes(ServiceSids services, WebhookDeliveryRepository deliveries, WebhookSecrets secrets) {
        this.services = services;
        this.deliveries = deliveries;
        this.secrets = secrets;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(SERVICE + "/Webhook").get(this::settings).end();
        table.at(SERVICE + "/Webhook/RotateSecret").post(this::rotateSecret).end();
        table.at(DELIVERIES).get(this::page).end();
        table.at(DELIVERIES + "/:Sid").get(this::fetch).end();
        table.at(DELIVERIES + "/:Sid/Resend").post(this::resend).end();
    }

    private Future<Reply> settings(Request request) {
        return services.of(request)
                .compose(service -> deliveries.settings(request.caller(), service))
                .map(it -> Reply.ok(json -> write(json, it)));
    }

    private Future<Reply> rotateSecret(Request request) {
        return services.of(request)
                .compose(service -> deliveries.rotateSecret(request.caller(), service))
                .map(it -> Reply.ok(json -> write(json, it)));
    }

    private Future<Reply> page(Request request) {
        Filter filter = filter(request);
        String query = query(request);
        return services.of(request)
                .compose(service -> deliveries.page(request.caller(), service, filter, request.page(query)))
                .map(page -> request.page(
                        KEY, page, it -> it.sid().toString(), (json, it) -> write(json, it, request), query));
    }

    private Future<Reply> fetch(Request request) {
        return services.of(request)
                .compose(service -> deliveries.get(request.caller(), service, delivery(request)))
                .compose(it -> deliveries
                        .attempts(it)
                        .map(attempts -> Reply.ok(json -> {
                            write(json, it, request);
                            json.putObject("parameters", form -> it.parameters().forEach(form::put))
                                    .putArray("attempts", attempts, attempt -> write(json, attempt));
                        })));
    }

    private Future<Reply> resend(Request request) {
        return services.of(request)
                .compose(service -> deliveries.resend(request.caller(), service, delivery(request)))
                .map(it -> new Reply(202, JsonWriter.object(json -> write(json, it, request)), null));
    }

    private static Sid delivery(Request request) {
        return request.sid(Sid.Kind.WEBHOOK_DELIVERY, "Sid");
    }

    private static Filter filter(Request request) {
        return new Filter(
                state(request.queryText("State")),
                request.queryText("EventType"),
                object(request.queryText("ObjectSid")),
                time(request, "DateCreatedAfter"),
                time(request, "DateCreatedBefore"));
    }

    private static @Nullable State state(@Nullable String word) {
        return word == null
                ? null
                : Arrays.stream(State.values())
                        .filter(state -> state.word().equals(word))
                        .findFirst()
                        .orElseThrow(() -> invalid("State must be one of "
                                + Arrays.stream(State.values()).map(State::word).collect(Collectors.joining(", "))));
    }

    private static @Nullable Sid object(@Nullable String text) {
        return text == null
                ? null
                : KINDS.stream()
                        .map(kind -> Sid.parse(kind, text))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow(() -> invalid("ObjectSid must be the SID of a document, list, map or stream"));
    }

    private static @Nullable Instant time(Request request, String name) {
        String text = request.queryText(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw invalid(name + " must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static SyncException invalid(String message) {
        return new SyncException(ErrorCode.INVALID_PARAMETER, message);
    }

    /** What every page repeats. */
    private static String query(Request request) {
        return Stream.of("State", "EventType", "ObjectSid", "DateCreatedAfter", "DateCreatedBefore")
                .filter(name -> request.queryText(name) != null)
                .map(name ->
                        name + "=" + URLEncoder.encode(String.valueOf(request.queryText(name)), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private void write(JsonWriter json, WebhookSettings settings) {
        String state = settings.gone() ? "gone" : "active";
        json.put("account_sid", settings.accountSid().toString())
                .put("service_sid", settings.serviceSid().toString())
                .put("webhook_url", settings.url())
                .put("state", settings.url() == null ? "none" : state)
                .put("secret", secrets.text(settings.serviceSid(), settings.secretGeneration()))
                .put("date_secret_rotated", Timestamps.secondsOrNull(settings.dateSecretRotated()));
    }

    private static void write(JsonWriter json, WebhookDelivery delivery, Request request) {
        Sid object = delivery.objectSid();
        String url = request.baseUrl() + "/lockstep/v1/Services/" + delivery.serviceSid() + "/WebhookDeliveries/"
                + delivery.sid();
        json.put("sid", delivery.sid().toString())
                .put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", delivery.serviceSid().toString())
                .put("object_sid", object == null ? null : object.toString())
                .put("event_type", delivery.eventType())
                .put("state", delivery.state().word())
                .put("attempt_count", delivery.attemptCount());
        outcome(json, delivery.status(), delivery.latency(), delivery.error());
        json.put("date_created", Timestamps.seconds(delivery.dateCreated()))
                .put("date_done", Timestamps.secondsOrNull(delivery.dateDone()))
                .put("url", url)
                .putObject("links", links -> links.put("resend", url + "/Resend"));
    }

    private static void write(JsonWriter json, Attempt attempt) {
        json.put("number", attempt.number()).put("date", Timestamps.seconds(attempt.date()));
        outcome(json, attempt.status(), attempt.latency(), attempt.error());
        json.put("response", attempt.response());
    }

    private static void outcome(
            JsonWriter json, @Nullable Integer status, @Nullable Duration latency, @Nullable WebhookError error) {
        json.putNumber("status", status)
                .putNumber("latency", latency == null ? null : Integer.valueOf((int) latency.toMillis()))
                .put("error", error == null ? null : error.word())
                .putNumber("error_code", error == null || error.code() == 0 ? null : Integer.valueOf(error.code()));
    }
}
