package io.lockstep.rest;

import io.lockstep.api.Form;
import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Page;
import io.lockstep.model.Presence;
import io.lockstep.model.Sid;
import io.lockstep.store.PresenceRepository;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who is online, which Twilio has no API for: /lockstep/v1/Services/{ServiceSid}/Presence (docs/reachability.md). */
final class PresenceRoutes implements Routes {

    private static final String PRESENCE = "/lockstep/v1/Services/:ServiceSid/Presence";
    private static final String KEY = "presence";
    private static final int MAX_IDENTITIES = 100; // that may be asked for at once

    private final ServiceSids services;
    private final PresenceRepository presence;

    PresenceRoutes(ServiceSids services, PresenceRepository presence) {
        this.services = services;
        this.presence = presence;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(PRESENCE).get(this::list).end();
        table.at(PRESENCE + "/:Identity").get(this::fetch).end();
    }

    private Future<Reply> list(Request request) {
        List<String> asked = request.queryTexts("Identity").stream().distinct().toList();
        if (!asked.isEmpty()) {
            return some(request, asked);
        }
        return services.of(request)
                .compose(service -> presence.page(request.caller(), service, request.page())
                        .map(page -> request.page(
                                KEY, page, Presence::identity, (json, it) -> write(json, request, service, it))));
    }

    /** One row for each that was asked for, in that order, online or not. */
    private Future<Reply> some(Request request, List<String> identities) {
        if (identities.size() > MAX_IDENTITIES) {
            throw new SyncException(
                    ErrorCode.INVALID_PARAMETER, "No more than " + MAX_IDENTITIES + " identities at once");
        }
        String query =
                identities.stream().map(it -> "Identity=" + Form.encode(it)).collect(Collectors.joining("&"));
        return services.of(request)
                .compose(service -> presence.get(request.caller(), service, identities)
                        .map(PresenceRoutes::byIdentity)
                        .map(online -> request.page(
                                KEY,
                                new Page<>(identities, false, false),
                                Function.identity(),
                                (json, it) -> write(json, request, service, it, online.get(it)),
                                query)));
    }

    private static Map<String, Presence> byIdentity(List<Presence> found) {
        return found.stream().collect(Collectors.toMap(Presence::identity, Function.identity()));
    }

    private Future<Reply> fetch(Request request) {
        String identity = request.identity("Identity");
        return services.of(request)
                .compose(service -> presence.get(request.caller(), service, List.of(identity))
                        .map(found -> Reply.ok(json ->
                                write(json, request, service, identity, found.isEmpty() ? null : found.get(0)))));
    }

    private static void write(JsonWriter json, Request request, Sid service, Presence online) {
        write(json, request, service, online.identity(), online);
    }

    private static void write(
            JsonWriter json, Request request, Sid service, String identity, @Nullable Presence online) {
        json.put("identity", identity)
                .put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", service.toString())
                .put("online", online != null)
                .put("endpoint_count", online == null ? 0 : online.endpoints())
                .put("date_online", online == null ? null : Timestamps.seconds(online.since()))
                .put(
                        "url",
                        request.baseUrl() + "/lockstep/v1/Services/" + service + "/Presence/" + Form.encode(identity));
    }
}
