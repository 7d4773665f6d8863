package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.SyncCollection;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.NewObject;
import io.vertx.core.Future;

/** /v1/Services/{ServiceSid}/Lists, and Maps (rest-api.md sections 5 and 8). */
final class CollectionRoutes implements Routes {

    private final ServiceSids services;
    private final ObjectPath path;
    private final CollectionRepository collections;

    CollectionRoutes(ServiceSids services, ObjectPath path, CollectionRepository collections) {
        this.services = services;
        this.path = path;
        this.collections = collections;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(path.all()).post(this::create).get(this::page).end();
        table.at(path.one())
                .get(this::fetch)
                .post(this::update)
                .delete(this::delete)
                .end();
    }

    private Future<Reply> create(Request request) {
        Long ttl = request.ttl("CollectionTtl", "Ttl");
        NewObject collection = new NewObject(request.uniqueName(), ttl == null ? 0 : ttl);
        return services.of(request)
                .compose(service -> request.write(
                        once -> collections.create(request.caller(), service, collection, once),
                        (SyncCollection it) -> Reply.created(json -> write(json, it, request))));
    }

    private Future<Reply> fetch(Request request) {
        return services.of(request)
                .compose(service -> collections.get(request.caller(), service, path.name(request)))
                .map(it -> Reply.ok(json -> write(json, it, request)));
    }

    private Future<Reply> update(Request request) {
        Long ttl = request.ttl("CollectionTtl", "Ttl");
        if (ttl == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return services.of(request)
                .compose(service -> request.write(
                        once -> collections.update(request.caller(), service, path.name(request), ttl, once),
                        (SyncCollection it) -> Reply.ok(json -> write(json, it, request))));
    }

    private Future<Reply> delete(Request request) {
        return services.of(request)
                .compose(service -> collections.delete(request.caller(), service, path.name(request)))
                .map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> collections.page(request.caller(), service, request.page()))
                .map(page -> request.page(
                        path.key(), page, it -> it.sid().toString(), (json, it) -> write(json, it, request)));
    }

    private void write(JsonWriter json, SyncCollection collection, Request request) {
        String url = path.url(request, collection.serviceSid(), collection.sid());
        ObjectJson.head(json, collection, url, request)
                .putObject(
                        "links", links -> links.put("items", url + "/Items").put("permissions", url + "/Permissions"))
                .put("revision", collection.revision());
        ObjectJson.tail(json, collection);
    }
}
