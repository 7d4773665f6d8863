package io.lockstep.realtime;

import io.lockstep.api.JsonFields;
import io.lockstep.api.Parameters;
import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.NewObject;
import io.vertx.core.Future;

/** /v3/Lists, and Maps (sync-client-rest.md section 4). */
final class CollectionRequests {

    private final Sid.Kind kind;
    private final CollectionRepository collections;
    private final ClientJson render;

    CollectionRequests(Sid.Kind kind, CollectionRepository collections, ClientJson render) {
        this.kind = kind;
        this.collections = collections;
        this.render = render;
    }

    Future<ClientReply> create(ClientRequest request) {
        JsonFields fields = request.fields();
        Long ttl = ClientRequest.ttl(fields);
        NewObject collection = new NewObject(Parameters.uniqueName(fields.text("unique_name")), ttl == null ? 0 : ttl);
        return collections
                .create(request.caller(), request.caller().serviceSid(), collection, null)
                .map(it -> reply(201, it, request.caller()));
    }

    Future<ClientReply> one(ClientRequest request, String segment) {
        SidOrUniqueName name = ClientRequest.name(kind, segment);
        Caller.Client caller = request.caller();
        Sid service = caller.serviceSid();
        return switch (request.method()) {
            case "GET" -> collections.get(caller, service, name).map(it -> reply(200, it, caller));
            case "POST" ->
                collections
                        .update(caller, service, name, ClientRequest.requiredTtl(request.fields()), null)
                        .map(it -> reply(200, it, caller));
            case "DELETE" -> collections.delete(caller, service, name).map(ignored -> ClientReply.noContent());
            default -> ClientApi.methodNotAllowed();
        };
    }

    private ClientReply reply(int status, SyncCollection collection, Caller caller) {
        return ClientReply.of(status, json -> render.object(json, collection, caller));
    }
}
