package io.lockstep.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A Service with webhooks, as its operator sees them. */
public record Webhooks(TestServer server, String serviceSid) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A new Service whose REST writes are told to that URL. */
    public static Webhooks of(TestServer server, String url) {
        JsonObject service = server.post("/v1/Services", "WebhookUrl", url, "WebhooksFromRestEnabled", "true")
                .json();
        return new Webhooks(server, service.getString("sid"));
    }

    public String path() {
        return "/v1/Services/" + serviceSid;
    }

    /** Where the operator looks. */
    public String deliveriesPath() {
        return "/lockstep/v1/Services/" + serviceSid + "/WebhookDeliveries";
    }

    public void setUrl(String url) {
        assertThat(server.post(path(), "WebhookUrl", url).status()).isEqualTo(200);
    }

    /** A new document with that name, or another version of it. */
    public String write(String name) {
        String existing = path() + "/Documents/" + name;
        JsonObject document = server.get(existing).status() == 200
                ? server.post(existing, "Data", "{\"again\":1}").json()
                : server.post(path() + "/Documents", "UniqueName", name, "Data", "{}")
                        .json();
        return document.getString("sid");
    }

    /** The deliveries of a query, the latest first. */
    public List<JsonObject> list(String query) {
        return server.get(deliveriesPath() + query).json().getJsonArray("webhook_deliveries").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    public JsonObject fetch(String sid) {
        return server.get(deliveriesPath() + "/" + sid).json();
    }

    /** The latest delivery with its attempts, once it is as wanted. */
    public JsonObject awaitLatest(Predicate<JsonObject> wanted) {
        return await("", deliveries -> !deliveries.isEmpty() && wanted.test(deliveries.get(0))).stream()
                .findFirst()
                .map(it -> fetch(it.getString("sid")))
                .orElseThrow();
    }

    /** The same, by its state. */
    public JsonObject awaitLatest(String state) {
        return awaitLatest(it -> it.getString("state").equals(state));
    }

    /** The deliveries of a query, once they are as wanted. */
    public List<JsonObject> await(String query, Predicate<List<JsonObject>> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<JsonObject> deliveries = list(query);
        while (!wanted.test(deliveries)) {
            assertThat(System.nanoTime()).as("still %s", deliveries).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            deliveries = list(query);
        }
        return deliveries;
    }
}
