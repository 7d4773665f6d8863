package io.lockstep.realtime;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Timestamps;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.lockstep.store.ReplayRepository.ItemState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened to an object, as clients are told it (subscriptions.md section 5): rendered once, and framed
 * once for all sockets that speak a version of the protocol. Belongs to one event loop.
 */
final class Event {

    /** Outcomes, what is replayed, and messages of streams: clients take these in their order. */
    static final String ORDERED = "twilio.sync.event";

    /** The version of the protocol that knows no arrays of events. */
    static final int SINGULAR = 3;

    private static final int VERSIONS = 2;

    private final Sid object;
    private final long id;
    private final String type;
    private final JsonText fields;
    private final @Nullable String origin;
    private final @Nullable Frame[] live = new @Nullable Frame[VERSIONS];

    private Event(Sid object, long id, String type, @Nullable String origin, Consumer<JsonWriter> fields) {
        this.object = object;
        this.id = id;
        this.type = type;
        this.origin = origin;
        this.fields = new JsonText(JsonWriter.object(fields).toString());
    }

    /** What a change is to those who follow its object; a creation is nothing to them, for it came before. */
    static Event of(Change change, Addressing urls) {
        String origin = change.caller() instanceof Caller.Client client ? client.endpointId() : null;
        Consumer<JsonWriter> fields = json -> {
            json.put("date_created", Timestamps.millis(change.date()));
            if (change.eventId() >= 0) {
                json.put("id", change.eventId());
            }
            write(json, change, urls);
        };
        return new Event(change.objectSid(), change.eventId(), change.type(), origin, fields);
    }

    private static void write(JsonWriter json, Change change, Addressing urls) {
        if (change instanceof Change.DocumentUpdated updated) {
            document(json, updated.object());
        } else if (change instanceof Change.ItemAdded added) {
            item(json, added.item(), added.eventId(), urls);
        } else if (change instanceof Change.ItemUpdated updated) {
            item(json, updated.item(), updated.eventId(), urls);
        } else if (change instanceof Change.ItemRemoved removed) {
            item(json, removed.item(), removed.eventId(), urls);
        } else if (change instanceof Change.MessagePublished published) {
            json.put("stream_sid", published.objectSid().toString())
                    .put("message_sid", published.message().sid().toString())
                    .putJson("message_data", published.message().data());
        } else {
            json.put(
                    change.objectSid().kind().word() + "_sid",
                    change.objectSid().toString());
        }
    }

    /** The state of a document, to who has not seen it. */
    static Event of(Document document) {
        return new Event(document.sid(), document.lastEventId(), "document_updated", null, json -> {
            json.put("date_created", Timestamps.millis(document.dateUpdated())).put("id", document.lastEventId());
            document(json, document);
        });
    }

    /**
     * The state of an item, to who has seen the events until {@code since}. A removal is told also of what was added since:
     * an earlier life of the same key may have been seen.
     */
    static Event of(ItemState state, long since, Addressing urls) {
        SyncItem item = state.item();
        String happened = state.removed() ? "removed" : item.createdEventId() > since ? "added" : "updated";
        String type = item.collectionSid().kind().word() + "_item_" + happened;
        return new Event(item.collectionSid(), item.lastEventId(), type, null, json -> {
            json.put("date_created", Timestamps.millis(item.dateUpdated())).put("id", item.lastEventId());
            item(json, item, item.lastEventId(), urls);
        });
    }

    /**
     * That an object has gone, to who was not told when it went.
     *
     * @param id -1 for a stream, which counts none
     */
    static Event ofRemoval(Sid object, long id, Instant now) {
        String kind = object.kind().word();
        return new Event(object, id, kind + "_removed", null, json -> {
            json.put("date_created", Timestamps.millis(now));
            if (id >= 0) {
                json.put("id", id);
            }
            json.put(kind + "_sid", object.toString());
        });
    }

    private static void document(JsonWriter json, Document document) {
        json.put("document_sid", document.sid().toString())
                .put("document_unique_name", document.uniqueName())
                .put("document_revision", document.revision())
                .putJson("document_data", document.data())
                .put("date_expires", Timestamps.millisOrNull(document.dateExpires()));
    }

    /** Revisions are those after the event, which is the item's last one. */
    private static void item(JsonWriter json, SyncItem item, long eventId, Addressing urls) {
        String kind = item.collectionSid().kind().word();
        json.put(kind + "_sid", item.collectionSid().toString())
                .put(kind + "_revision", Long.toHexString(eventId + 1))
                .put("item_revision", Long.toHexString(eventId))
                .put("item_url", urls.item(item.serviceSid(), item.collectionSid(), item.key()))
                .putJson("item_data", item.data())
                .put("date_expires", Timestamps.millisOrNull(item.dateExpires()));
        if (item.key() instanceof ItemKey.Index index) {
            json.put("item_index", index.value());
        } else {
            json.put("item_key", item.key().toString());
        }
    }

    /** Its number among those of its object; -1 for all of a stream. */
    long id() {
        return id;
    }

    /** Whether nothing can come after it. */
    boolean isEnd() {
        return type.equals(object.kind().word() + "_removed");
    }

    /** Whether it was a client's doing, at that endpoint. */
    boolean comesFrom(String endpoint) {
        return endpoint.equals(origin);
    }

    /** The same packet for all who speak a version of the protocol. */
    Frame live(int version, PacketIds ids) {
        int slot = version - SINGULAR;
        Frame packet = live[slot];
        if (packet == null) {
            packet = notification(ids, messageType(), payload(type, version, null, fields));
            live[slot] = packet;
        }
        return packet;
    }

    private String messageType() {
        return object.kind() == Sid.Kind.STREAM
                ? ORDERED
                : "com.twilio.rtd.cds." + object.kind().word();
    }

    /** To who has asked for what it has missed. */
    Frame replayed(int version, long correlationId, PacketIds ids) {
        return notification(ids, ORDERED, payload(type, version, correlationId, fields));
    }

    /**
     * To who has caused it, and shows it already; null for nothing. Of a removal the event's number still has to come, by a
     * type that the SDK does nothing else with (subscriptions.md section 7). An update is told as to everybody: it is
     * recognised by its number.
     */
    @Nullable
    Frame toOrigin(int version, PacketIds ids) {
        if (type.endsWith("_message_published")) {
            return null;
        }
        if (!type.endsWith("_item_removed")) {
            return live(version, ids);
        }
        String kind = object.kind().word();
        JsonText moved = new JsonText(JsonWriter.object(json -> json.put("id", id)
                        .put(kind + "_sid", object.toString())
                        .put(kind + "_revision", Long.toHexString(id + 1)))
                .toString());
        return notification(ids, messageType(), payload(kind + "_item_noop", version, null, moved));
    }

    private static Buffer payload(String type, int version, @Nullable Long correlationId, JsonText event) {
        return JsonWriter.object(json -> {
            json.put("event_type", type).put("event_protocol_version", version);
            if (correlationId != null) {
                json.put("correlation_id", correlationId);
            }
            json.putJson("event", event);
        });
    }

    static Frame notification(PacketIds ids, String messageType, Buffer payload) {
        return new Frame(Packet.encode(
                new JsonObject()
                        .put("method", "notification")
                        .put("id", ids.next())
                        .put("message_type", messageType)
                        .put("notification_ctx_id", ""),
                payload));
    }

    /** Of a client's protocol, whether it is one that we speak. */
    static boolean speaks(int version) {
        return version >= SINGULAR && version < SINGULAR + VERSIONS;
    }
}
