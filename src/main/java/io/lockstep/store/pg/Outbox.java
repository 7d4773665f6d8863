package io.lockstep.store.pg;

import io.lockstep.write.WebhookEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Writes webhooks beside what they tell of, in the same transaction. */
final class Outbox {

    private static final String ADD = Sql.load("webhook").get("add");

    private Outbox() {}

    /**
     * Adds deliveries, and puts the lines of their objects into the queue.
     *
     * @param events of one object, or identity, in the order of what has happened; what they are of is locked
     */
    static Future<?> add(SqlConnection connection, List<WebhookEvent> events) {
        return connection
                .preparedQuery(ADD)
                .execute(Tuple.tuple()
                        .addArrayOfUUID(Rows.uuids(events, it -> it.serviceSid().id()))
                        .addArrayOfUUID(Rows.uuids(events, WebhookEvent::subject))
                        .addArrayOfLong(Rows.longs(
                                events, it -> ThreadLocalRandom.current().nextLong()))
                        .addArrayOfString(Rows.strings(events, WebhookEvent::type))
                        .addArrayOfString(Rows.strings(events, Outbox::parameters)));
    }

    private static String parameters(WebhookEvent event) {
        JsonObject json = new JsonObject();
        event.parameters().forEach(json::put);
        return json.encode();
    }
}
