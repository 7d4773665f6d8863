package io.lockstep.write;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Change.DocumentUpdated;
import io.lockstep.model.Change.ItemAdded;
import io.lockstep.model.Change.ItemRemoved;
import io.lockstep.model.Change.ItemUpdated;
import io.lockstep.model.Change.MessagePublished;
import io.lockstep.model.Change.ObjectCreated;
import io.lockstep.model.Document;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.model.SyncObject;
import io.lockstep.write.LockedPresence.Identity;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a webhook tells, as the parameters of a form (webhooks.md sections 2 to 4): a change, or who has come or gone. It
 * goes into the outbox in the transaction of what it tells.
 *
 * @param subject of which events are sent in order: the digits of an object's SID, or what stands for an identity
 * @param parameters names and values; a name that an object does not have is left out
 */
public record WebhookEvent(Sid serviceSid, UUID subject, Map<String, String> parameters) {

    /** What has happened. */
    public String type() {
        return parameters.getOrDefault("EventType", "");
    }

    /**
     * The event of a change.
     *
     * @param account that the Service belongs to
     */
    static WebhookEvent of(Change change, Sid account) {
        Map<String, String> parameters = common(
                account, change.serviceSid(), change.type(), change.caller().identity());
        if (change.caller() instanceof Caller.Client client) {
            parameters.put("EndpointId", client.endpointId());
        }
        putObject(parameters, change.object());
        putDetails(parameters, change);
        return new WebhookEvent(change.serviceSid(), change.objectSid().id(), parameters);
    }

    /** That an endpoint has come, or gone. */
    static WebhookEvent ofEndpoint(String type, Sid account, Identity identity, String endpoint) {
        Map<String, String> parameters = common(account, identity.serviceSid(), type, identity.name());
        parameters.put("EndpointId", endpoint);
        byte[] name = ("identity " + identity.serviceSid() + " " + identity.name()).getBytes(StandardCharsets.UTF_8);
        return new WebhookEvent(identity.serviceSid(), UUID.nameUUIDFromBytes(name), parameters);
    }

    private static Map<String, String> common(Sid account, Sid service, String type, String identity) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("AccountSid", account.toString());
        parameters.put("ServiceSid", service.toString());
        parameters.put("EventType", type);
        parameters.put("Identity", identity);
        return parameters;
    }

    private static void putObject(Map<String, String> parameters, SyncObject object) {
        String word = word(object);
        parameters.put(word + "Sid", object.sid().toString());
        if (object.uniqueName() != null) {
            parameters.put(word + "UniqueName", object.uniqueName());
        }
    }

    private static void putDetails(Map<String, String> parameters, Change change) {
        if (change instanceof ItemAdded added) {
            putItem(parameters, added.item(), change.eventId());
            parameters.put("ItemData", added.item().data().text());
        } else if (change instanceof ItemUpdated updated) {
            putItem(parameters, updated.item(), change.eventId());
            parameters.put("ItemData", updated.item().data().text());
        } else if (change instanceof ItemRemoved removed) {
            putItem(parameters, removed.item(), change.eventId());
        } else if (change instanceof MessagePublished published) {
            parameters.put("MessageSid", published.message().sid().toString());
            parameters.put("MessageData", published.message().data().text());
        } else {
            putRevision(parameters, change);
        }
    }

    private static void putItem(Map<String, String> parameters, SyncItem item, long eventId) {
        parameters.put("EventId", Long.toString(eventId));
        parameters.put(
                item.key() instanceof ItemKey.Index ? "ItemIndex" : "ItemKey",
                item.key().toString());
        parameters.put("ItemRevision", Long.toHexString(eventId));
    }

    /** Of an object's own changes; the revision that tells of a removal is greater than every one before. */
    private static void putRevision(Map<String, String> parameters, Change change) {
        SyncObject object = change.object();
        if (object instanceof SyncCollection) {
            parameters.put(word(object) + "Revision", Long.toHexString(change.eventId() + 1));
        } else if (object instanceof Document document) {
            parameters.put("DocumentRevision", Long.toHexString(change.eventId()));
            if (change instanceof ObjectCreated || change instanceof DocumentUpdated) {
                parameters.put("DocumentData", document.data().text());
            }
        }
    }

    private static String word(SyncObject object) {
        String word = object.sid().kind().word();
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
