package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.model.SyncObject;

/** What documents, lists, maps and streams have in common as JSON. */
final class ObjectJson {

    private ObjectJson() {}

    /** Its names, and where it is. */
    static JsonWriter head(JsonWriter json, SyncObject object, String url, Request request) {
        return json.put("sid", object.sid().toString())
                .put("unique_name", object.uniqueName())
                .put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", object.serviceSid().toString())
                .put("url", url);
    }

    /** Its dates, and who made it. */
    static void tail(JsonWriter json, SyncObject object) {
        json.put("date_expires", Timestamps.secondsOrNull(object.dateExpires()))
                .put("date_created", Timestamps.seconds(object.dateCreated()))
                .put("date_updated", Timestamps.seconds(object.dateUpdated()))
                .put("created_by", object.createdBy());
    }
}
