package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.config.WebAddress;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Patch;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.SyncService;
import io.lockstep.store.ServiceRepository;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** /v1/Services (rest-api.md section 2). */
final class ServiceRoutes implements Routes {

    private static final String COLLECTION = "/v1/Services";
    private static final String ONE = COLLECTION + "/:Sid";

    private static final int MAX_FRIENDLY_NAME = 255; // code points
    private static final int MAX_WEBHOOK_URL = 512; // code points
    private static final int MIN_WINDOW = 1000; // milliseconds
    private static final int MAX_WINDOW = 30_000;

    private final ServiceRepository services;

    ServiceRoutes(ServiceRepository services) {
        this.services = services;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(COLLECTION).post(this::create).get(this::page).end();
        table.at(ONE).get(this::fetch).post(this::update).delete(this::delete).end();
    }

    private Future<Reply> create(Request request) {
        ServicePatch settings = patch(request);
        return request.write(
                once -> services.create(request.caller(), settings, once),
                (SyncService it) -> Reply.created(json -> write(json, it, request.baseUrl())));
    }

    private Future<Reply> fetch(Request request) {
        return services.get(request.caller(), request.serviceName("Sid"))
                .map(it -> Reply.ok(json -> write(json, it, request.baseUrl())));
    }

    private Future<Reply> update(Request request) {
        ServiceName name = request.serviceName("Sid");
        ServicePatch patch = patch(request);
        return request.write(
                once -> services.update(request.caller(), name, patch, once),
                (SyncService it) -> Reply.ok(json -> write(json, it, request.baseUrl())));
    }

    private Future<Reply> delete(Request request) {
        return services.delete(request.caller(), request.serviceName("Sid")).map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        String baseUrl = request.baseUrl();
        return services.page(request.caller(), request.page())
                .map(page -> request.page(
                        "services", page, it -> it.sid().toString(), (json, it) -> write(json, it, baseUrl)));
    }

    private static ServicePatch patch(Request request) {
        Integer window = request.integer("ReachabilityDebouncingWindow", MIN_WINDOW, MAX_WINDOW);
        return new ServicePatch(
                friendlyName(request.text("FriendlyName")),
                webhookUrl(request.text("WebhookUrl")),
                request.flag("WebhooksFromRestEnabled"),
                request.flag("ReachabilityWebhooksEnabled"),
                request.flag("AclEnabled"),
                request.flag("ReachabilityDebouncingEnabled"),
                window == null ? null : Duration.ofMillis(window));
    }

    private static @Nullable String friendlyName(@Nullable String text) {
        if (text != null && (text.isEmpty() || text.codePointCount(0, text.length()) > MAX_FRIENDLY_NAME)) {
            throw new SyncException(
                    ErrorCode.INVALID_FRIENDLY_NAME,
                    "FriendlyName must have 1 to " + MAX_FRIENDLY_NAME + " characters");
        }
        return text;
    }

    /** An empty one clears. */
    private static Patch<String> webhookUrl(@Nullable String text) {
        if (text == null) {
            return Patch.absent();
        }
        if (text.isEmpty()) {
            return Patch.to(null);
        }
        if (text.codePointCount(0, text.length()) > MAX_WEBHOOK_URL || !WebAddress.isAbsolute(text)) {
            throw new SyncException(
                    ErrorCode.INVALID_WEBHOOK_URL,
                    "WebhookUrl must be an absolute http or https URL of at most " + MAX_WEBHOOK_URL + " characters");
        }
        return Patch.to(text);
    }

    private static void write(JsonWriter json, SyncService service, String baseUrl) {
        String url = baseUrl + COLLECTION + "/" + service.sid();
        json.put("sid", service.sid().toString())
                .put("unique_name", service.uniqueName())
                .put("account_sid", service.accountSid().toString())
                .put("friendly_name", service.friendlyName())
                .put("date_created", Timestamps.seconds(service.dateCreated()))
                .put("date_updated", Timestamps.seconds(service.dateUpdated()))
                .put("url", url)
                .put("webhook_url", service.webhookUrl())
                .put("webhooks_from_rest_enabled", service.webhooksFromRestEnabled())
                .put("reachability_webhooks_enabled", service.reachabilityWebhooksEnabled())
                .put("acl_enabled", service.aclEnabled())
                .put("reachability_debouncing_enabled", service.reachabilityDebouncingEnabled())
                .put(
                        "reachability_debouncing_window",
                        service.reachabilityDebouncingWindow().toMillis())
                .putObject(
                        "links",
                        links -> links.put("documents", url + "/Documents")
                                .put("lists", url + "/Lists")
                                .put("maps", url + "/Maps")
                                .put("streams", url + "/Streams"));
    }
}
