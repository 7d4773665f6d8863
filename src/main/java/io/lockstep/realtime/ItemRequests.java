package io.lockstep.realtime;

import io.lockstep.api.JsonFields;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CollectionRepository.ItemPatch;
import io.lockstep.store.CollectionRepository.ItemValue;
import io.lockstep.store.CollectionRepository.NewItem;
import io.vertx.core.Future;
import java.util.List;

/** /v3/Lists/{Sid}/Items/{Index}, and of maps by key (sync-client-rest.md section 6). */
final class ItemRequests {

    private final Sid.Kind kind;
    private final CollectionRepository collections;
    private final ClientJson render;
    private final int maxData;

    /**
     * @param kind of the collections
     */
    ItemRequests(Sid.Kind kind, CollectionRepository collections, ClientJson render, int maxData) {
        this.kind = kind;
        this.collections = collections;
        this.render = render;
        this.maxData = maxData;
    }

    private ErrorCode invalidData() {
        return kind == Sid.Kind.LIST ? ErrorCode.INVALID_LIST_ITEM_DATA : ErrorCode.INVALID_MAP_ITEM_DATA;
    }

    /** A list gives the index. */
    Future<ClientReply> add(ClientRequest request, String collection) {
        JsonFields fields = request.fields();
        Long ttl = ClientRequest.ttl(fields);
        NewItem item = new NewItem(
                kind == Sid.Kind.LIST ? null : ClientRequest.key(kind, fields.text("key")),
                ClientRequest.requiredData(fields, maxData, invalidData()),
                ttl == null ? 0 : ttl,
                null);
        return collections
                .addItem(request.caller(), service(request), ClientRequest.name(kind, collection), item, null)
                .map(it -> reply(201, it, request));
    }

    Future<ClientReply> one(ClientRequest request, String collection, String segment) {
        SidOrUniqueName name = ClientRequest.name(kind, collection);
        ItemKey key = ClientRequest.key(kind, segment);
        return switch (request.method()) {
            case "GET" ->
                collections
                        .getItem(request.caller(), service(request), name, key)
                        .map(it -> ClientReply.of(200, json -> render.itemWithData(json, it, request.caller()))
                                .showing(List.of(it)));
            case "POST" -> update(request, name, key);
            case "PUT" -> kind == Sid.Kind.MAP ? set(request, name, key) : ClientApi.methodNotAllowed();
            case "DELETE" ->
                collections
                        .removeItem(request.caller(), service(request), name, key, request.ifMatch())
                        .map(it -> reply(200, it, request));
            default -> ClientApi.methodNotAllowed();
        };
    }

    private Future<ClientReply> update(ClientRequest request, SidOrUniqueName name, ItemKey key) {
        JsonFields fields = request.fields();
        ItemPatch patch = new ItemPatch(
                ClientRequest.data(fields, maxData, invalidData()), ClientRequest.ttl(fields), null, request.ifMatch());
        if (patch.data() == null && patch.ttl() == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return collections
                .updateItem(request.caller(), service(request), name, key, patch, null)
                .map(it -> reply(200, it, request));
    }

    private Future<ClientReply> set(ClientRequest request, SidOrUniqueName name, ItemKey key) {
        JsonFields fields = request.fields();
        ItemValue value = new ItemValue(
                key,
                ClientRequest.requiredData(fields, maxData, invalidData()),
                ClientRequest.ttl(fields),
                request.ifMatch());
        return collections
                .setItem(request.caller(), service(request), name, value)
                .map(it -> reply(it.isNew() ? 201 : 200, it, request));
    }

    private static Sid service(ClientRequest request) {
        return request.caller().serviceSid();
    }

    private ClientReply reply(int status, SyncItem item, ClientRequest request) {
        return ClientReply.of(status, json -> render.item(json, item, request.caller()))
                .showing(List.of(item));
    }
}
