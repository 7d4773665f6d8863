package io.lockstep.rest;

import io.lockstep.api.Form;
import io.lockstep.api.ItemKeys;
import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CollectionRepository.ItemPatch;
import io.lockstep.store.CollectionRepository.NewItem;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** /v1/Services/{ServiceSid}/Lists/{ListSid}/Items, and of maps (rest-api.md sections 6 and 9). */
final class ItemRoutes implements Routes {

    private final ServiceSids services;
    private final ObjectPath path;
    private final CollectionRepository collections;
    private final int maxData;

    /**
     * @param maxData in bytes
     */
    ItemRoutes(ServiceSids services, ObjectPath path, CollectionRepository collections, int maxData) {
        this.services = services;
        this.path = path;
        this.collections = collections;
        this.maxData = maxData;
    }

    @Override
    public void mount(RouteTable table) {
        String all = path.one() + "/Items";
        table.at(all).post(this::create).get(this::page).end();
        table.at(all + "/:Item")
                .get(this::fetch)
                .post(this::update)
                .delete(this::delete)
                .end();
    }

    private Future<Reply> create(Request request) {
        Long ttl = request.ttl("ItemTtl", "Ttl");
        NewItem item = new NewItem(
                newKey(request),
                request.requiredData(maxData, invalidData()),
                ttl == null ? 0 : ttl,
                request.ttl("CollectionTtl"));
        return services.of(request)
                .compose(service -> request.write(
                        once -> collections.addItem(request.caller(), service, path.name(request), item, once),
                        (SyncItem it) ->
                                Reply.created(json -> write(json, it, request)).withETag(it.revision())));
    }

    /** A list gives it. */
    private @Nullable ItemKey newKey(Request request) {
        if (path.kind() == Sid.Kind.LIST) {
            return null;
        }
        String key = request.text("Key");
        return ItemKeys.parse(Sid.Kind.MAP, key == null ? "" : key);
    }

    private ErrorCode invalidData() {
        return path.kind() == Sid.Kind.LIST ? ErrorCode.INVALID_LIST_ITEM_DATA : ErrorCode.INVALID_MAP_ITEM_DATA;
    }

    private Future<Reply> fetch(Request request) {
        ItemKey key = request.itemKey(path.kind());
        return services.of(request)
                .compose(service -> collections.getItem(request.caller(), service, path.name(request), key))
                .map(it -> Reply.ok(json -> write(json, it, request)).withETag(it.revision()));
    }

    /** The collection's time to live may be set beside something of the item's, not alone. */
    private Future<Reply> update(Request request) {
        ItemKey key = request.itemKey(path.kind());
        ItemPatch patch = new ItemPatch(
                request.data(maxData, invalidData()),
                request.ttl("ItemTtl", "Ttl"),
                request.ttl("CollectionTtl"),
                request.ifMatch());
        if (patch.data() == null && patch.ttl() == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return services.of(request)
                .compose(service -> request.write(
                        once -> collections.updateItem(request.caller(), service, path.name(request), key, patch, once),
                        (SyncItem it) ->
                                Reply.ok(json -> write(json, it, request)).withETag(it.revision())));
    }

    private Future<Reply> delete(Request request) {
        ItemKey key = request.itemKey(path.kind());
        return services.of(request)
                .compose(service ->
                        collections.removeItem(request.caller(), service, path.name(request), key, request.ifMatch()))
                .map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        ItemQuery query = ItemKeys.query(path.kind(), request::queryText);
        String filter = ItemKeys.filter(request::queryText);
        return services.of(request)
                .compose(service -> collections.pageItems(
                        request.caller(), service, path.name(request), query, request.page(filter)))
                .map(page -> request.page(
                        "items", page, it -> it.key().toString(), (json, it) -> write(json, it, request), filter));
    }

    private void write(JsonWriter json, SyncItem item, Request request) {
        if (item.key() instanceof ItemKey.Index index) {
            json.put("index", index.value());
        } else {
            json.put("key", item.key().toString());
        }
        json.put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", item.serviceSid().toString())
                .put(path.kind().word() + "_sid", item.collectionSid().toString())
                .put(
                        "url",
                        path.url(request, item.serviceSid(), item.collectionSid()) + "/Items/"
                                + Form.encode(item.key().toString()))
                .put("revision", item.revision())
                .putJson("data", item.data())
                .put("date_expires", Timestamps.secondsOrNull(item.dateExpires()))
                .put("date_created", Timestamps.seconds(item.dateCreated()))
                .put("date_updated", Timestamps.seconds(item.dateUpdated()))
                .put("created_by", item.createdBy());
    }
}
