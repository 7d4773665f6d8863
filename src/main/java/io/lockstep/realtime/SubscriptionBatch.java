package io.lockstep.realtime;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to follow, or no longer (subscriptions.md section 2).
 *
 * @param establish or cancel
 * @param version of the protocol that the answers are in
 * @param correlationId by which the client knows the answers
 */
record SubscriptionBatch(boolean establish, int version, long correlationId, List<Asked> requests) {

    static final int MAX = 1000; // requests

    private static final List<Sid.Kind> FOLLOWED =
            List.of(Sid.Kind.DOCUMENT, Sid.Kind.LIST, Sid.Kind.MAP, Sid.Kind.STREAM);

    /** Fails with INVALID_JSON or INVALID_PARAMETER. */
    static SubscriptionBatch parse(Buffer body) {
        JsonObject json = json(body);
        String action = json.getValue("action") instanceof String text ? text : "";
        boolean readable = (action.equals("establish") || action.equals("cancel"))
                && json.getValue("event_protocol_version") instanceof Integer version
                && Event.speaks(version)
                && whole(json, "correlation_id") != null
                && json.getValue("requests") instanceof JsonArray requests
                && requests.size() <= MAX;
        Long correlationId = whole(json, "correlation_id");
        if (!readable || correlationId == null) {
            throw new SyncException(ErrorCode.INVALID_PARAMETER, "No batch of subscriptions that can be understood");
        }
        List<Asked> requests = new ArrayList<>();
        for (Object request : json.getJsonArray("requests")) {
            requests.add(asked(request));
        }
        return new SubscriptionBatch(
                action.equals("establish"), json.getInteger("event_protocol_version"), correlationId, requests);
    }

    private static JsonObject json(Buffer body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw new SyncException(ErrorCode.INVALID_JSON, "The body is no JSON object");
        }
    }

    private static @Nullable Long whole(JsonObject json, String name) {
        return json.getValue(name) instanceof Number number && (number instanceof Integer || number instanceof Long)
                ? Long.valueOf(number.longValue())
                : null;
    }

    private static Asked asked(Object request) {
        if (request instanceof JsonObject json
                && json.getValue("object_sid") instanceof String sid
                && json.getValue("object_type") instanceof String type) {
            return new Asked(sid, type, whole(json, "last_event_id"));
        }
        throw new SyncException(ErrorCode.INVALID_PARAMETER, "A subscription needs object_sid and object_type");
    }

    /**
     * One object.
     *
     * @param lastEventId the last that the client has seen; null when it wants nothing that was before
     */
    record Asked(String sid, String type, @Nullable Long lastEventId) {

        /** Null when it is none that can be followed. */
        @Nullable
        Sid object() {
            for (Sid.Kind kind : FOLLOWED) {
                if (kind.word().equals(type)) {
                    return Sid.parse(kind, sid);
                }
            }
            return null;
        }
    }
}
