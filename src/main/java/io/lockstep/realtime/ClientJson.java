package io.lockstep.realtime;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.model.SyncObject;

/** Objects and items as clients read them (sync-client-rest.md sections 3 and 6). Data comes with reads alone. */
final class ClientJson {

    private final Addressing urls;

    ClientJson(Addressing urls) {
        this.urls = urls;
    }

    /** All but a document's data. */
    void object(JsonWriter json, SyncObject object, Caller caller) {
        String url = urls.object(object.serviceSid(), object.sid());
        json.put("sid", object.sid().toString())
                .put("type", object.sid().kind().word())
                .put("unique_name", object.uniqueName())
                .put("account_sid", caller.accountSid().toString())
                .put("service_sid", object.serviceSid().toString())
                .put("url", url);
        if (object instanceof Document document) {
            json.put("revision", document.revision()).put("last_event_id", document.lastEventId());
        } else if (object instanceof SyncCollection collection) {
            json.put("revision", collection.revision()).put("last_event_id", collection.lastEventId());
        }
        links(json, object.sid().kind(), url);
        json.put("date_expires", Timestamps.millisOrNull(object.dateExpires()))
                .put("date_created", Timestamps.millis(object.dateCreated()))
                .put("date_updated", Timestamps.millis(object.dateUpdated()))
                .put("created_by", object.createdBy());
    }

    private static void links(JsonWriter json, Sid.Kind kind, String url) {
        switch (kind) {
            case LIST ->
                json.putObject("links", it -> it.put("items", url + "/Items").put("context", url + "/Context"));
            case MAP -> json.putObject("links", it -> it.put("items", url + "/Items"));
            case STREAM -> json.putObject("links", it -> it.put("messages", url + "/Messages"));
            default -> {}
        }
    }

    /** All but its data. */
    void item(JsonWriter json, SyncItem item, Caller caller) {
        if (item.key() instanceof ItemKey.Index index) {
            json.put("index", index.value());
        } else {
            json.put("key", item.key().toString());
        }
        json.put("account_sid", caller.accountSid().toString())
                .put("service_sid", item.serviceSid().toString())
                .put(
                        item.collectionSid().kind().word() + "_sid",
                        item.collectionSid().toString())
                .put("url", urls.item(item.serviceSid(), item.collectionSid(), item.key()))
                .put("revision", item.revision())
                .put("last_event_id", item.lastEventId())
                .put("date_expires", Timestamps.millisOrNull(item.dateExpires()))
                .put("date_created", Timestamps.millis(item.dateCreated()))
                .put("date_updated", Timestamps.millis(item.dateUpdated()))
                .put("created_by", item.createdBy());
    }

    /** The same with its data. */
    void itemWithData(JsonWriter json, SyncItem item, Caller caller) {
        item(json, item, caller);
        json.putJson("data", item.data());
    }
}
