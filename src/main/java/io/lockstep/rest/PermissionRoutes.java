package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.PermissionRepository;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** /v1/Services/{ServiceSid}/Documents/{DocumentSid}/Permissions (rest-api.md section 4). */
final class PermissionRoutes implements Routes {

    private static final String COLLECTION = "/v1/Services/:ServiceSid/Documents/:DocumentSid/Permissions";
    private static final String ONE = COLLECTION + "/:Identity";

    private final ServiceSids services;
    private final PermissionRepository permissions;

    PermissionRoutes(ServiceSids services, PermissionRepository permissions) {
        this.services = services;
        this.permissions = permissions;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(COLLECTION).get(this::page).end();
        table.at(ONE).get(this::fetch).post(this::put).delete(this::delete).end();
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> permissions.page(request.caller(), service, object(request), request.page()))
                .map(page -> request.page(
                        "permissions", page, Permission::identity, (json, it) -> write(json, it, request)));
    }

    private Future<Reply> fetch(Request request) {
        String identity = request.identity("Identity");
        return services.of(request)
                .compose(service -> permissions.get(request.caller(), service, object(request), identity))
                .map(it -> Reply.ok(json -> write(json, it, request)));
    }

    /** A right that is not named is not given. */
    private Future<Reply> put(Request request) {
        String identity = request.identity("Identity");
        Rights rights = new Rights(
                Boolean.TRUE.equals(request.flag("Read")),
                Boolean.TRUE.equals(request.flag("Write")),
                Boolean.TRUE.equals(request.flag("Manage")));
        return services.of(request)
                .compose(service -> request.write(
                        once -> permissions.put(request.caller(), service, object(request), identity, rights, once),
                        (Permission it) -> Reply.ok(json -> write(json, it, request))));
    }

    private Future<Reply> delete(Request request) {
        String identity = request.identity("Identity");
        return services.of(request)
                .compose(service -> permissions.delete(request.caller(), service, object(request), identity))
                .map(ignored -> Reply.noContent());
    }

    private static SidOrUniqueName object(Request request) {
        return request.objectName(Sid.Kind.DOCUMENT, "DocumentSid");
    }

    private static void write(JsonWriter json, Permission permission, Request request) {
        json.put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", permission.serviceSid().toString())
                .put("document_sid", permission.objectSid().toString())
                .put("identity", permission.identity())
                .put("read", permission.rights().read())
                .put("write", permission.rights().write())
                .put("manage", permission.rights().manage())
                .put(
                        "url",
                        request.baseUrl() + "/v1/Services/" + permission.serviceSid() + "/Documents/"
                                + permission.objectSid() + "/Permissions/" + encode(permission.identity()));
    }

    /** As a segment of a path, where a space is no plus. */
    private static String encode(String identity) {
        return URLEncoder.encode(identity, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
