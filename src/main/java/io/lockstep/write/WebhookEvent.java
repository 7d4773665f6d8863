package io.lockstep.write;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Change.DocumentCreated;
import io.lockstep.model.Change.DocumentRemoved;
import io.lockstep.model.Change.DocumentUpdated;
import io.lockstep.model.Document;
import io.lockstep.model.Sid;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a webhook tells: a change as the parameters of a form (webhooks.md sections 2 and 3). It goes into the outbox in
 * the transaction of the change.
 *
 * @param parameters names and values; a name that an object does not have is left out
 */
public record WebhookEvent(Sid serviceSid, Sid objectSid, Map<String, String> parameters) {

    /**
     * The event of a change.
     *
     * @param account that the Service belongs to
     */
    static WebhookEvent of(Change change, Sid account) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("AccountSid", account.toString());
        parameters.put("ServiceSid", change.serviceSid().toString());
        parameters.put("EventType", change.type());
        parameters.put("Identity", change.caller().identity());
        if (change.caller() instanceof Caller.Client client) {
            parameters.put("EndpointId", client.endpointId());
        }
        putDetails(parameters, change);
        return new WebhookEvent(change.serviceSid(), change.objectSid(), parameters);
    }

    private static void putDetails(Map<String, String> parameters, Change change) {
        if (change instanceof DocumentCreated created) {
            putDocument(parameters, created.document(), created.eventId());
            parameters.put("DocumentData", created.document().data().text());
        } else if (change instanceof DocumentUpdated updated) {
            putDocument(parameters, updated.document(), updated.eventId());
            parameters.put("DocumentData", updated.document().data().text());
        } else if (change instanceof DocumentRemoved removed) {
            putDocument(parameters, removed.document(), removed.eventId());
        }
    }

    private static void putDocument(Map<String, String> parameters, Document document, long eventId) {
        parameters.put("DocumentSid", document.sid().toString());
        if (document.uniqueName() != null) {
            parameters.put("DocumentUniqueName", document.uniqueName());
        }
        parameters.put("DocumentRevision", Long.toHexString(eventId));
    }
}
