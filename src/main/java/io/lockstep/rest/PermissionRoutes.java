package io.lockstep.rest;

import io.lockstep.api.Form;
import io.lockstep.api.JsonWriter;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.store.PermissionRepository;
import io.vertx.core.Future;

/** /v1/Services/{ServiceSid}/Documents/{DocumentSid}/Permissions, and of lists and maps (rest-api.md section 4). */
final class PermissionRoutes implements Routes {

    private final ServiceSids services;
    private final ObjectPath path;
    private final PermissionRepository permissions;

    PermissionRoutes(ServiceSids services, ObjectPath path, PermissionRepository permissions) {
        this.services = services;
        this.path = path;
        this.permissions = permissions;
    }

    @Override
    public void mount(RouteTable table) {
        String all = path.one() + "/Permissions";
        table.at(all).get(this::page).end();
        table.at(all + "/:Identity")
                .get(this::fetch)
                .post(this::put)
                .delete(this::delete)
                .end();
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> permissions.page(request.caller(), service, path.name(request), request.page()))
                .map(page -> request.page(
                        "permissions", page, Permission::identity, (json, it) -> write(json, it, request)));
    }

    private Future<Reply> fetch(Request request) {
        String identity = request.identity("Identity");
        return services.of(request)
                .compose(service -> permissions.get(request.caller(), service, path.name(request), identity))
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
                        once -> permissions.put(request.caller(), service, path.name(request), identity, rights, once),
                        (Permission it) -> Reply.ok(json -> write(json, it, request))));
    }

    private Future<Reply> delete(Request request) {
        String identity = request.identity("Identity");
        return services.of(request)
                .compose(service -> permissions.delete(request.caller(), service, path.name(request), identity))
                .map(ignored -> Reply.noContent());
    }

    private void write(JsonWriter json, Permission permission, Request request) {
        json.put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", permission.serviceSid().toString())
                .put(path.kind().word() + "_sid", permission.objectSid().toString())
                .put("identity", permission.identity())
                .put("read", permission.rights().read())
                .put("write", permission.rights().write())
                .put("manage", permission.rights().manage())
                .put(
                        "url",
                        path.url(request, permission.serviceSid(), permission.objectSid()) + "/Permissions/"
                                + Form.encode(permission.identity()));
    }
}
