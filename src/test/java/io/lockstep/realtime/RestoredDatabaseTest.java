package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that have seen what came after a backup, once that has been restored: a copy of the database of a server that then
 * goes on for a while.
 */
class RestoredDatabaseTest {

    private static final int BY = 1000;

    private final DatabaseUrl lost = TestDatabase.newDatabase();
    private final DatabaseUrl restored = TestDatabase.newDatabase();
    private TestServer server = on(lost);
    private String token;
    private SocketClient client;

    private static TestServer on(DatabaseUrl database) {
        return new TestServer(Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(database)));
    }

    @BeforeEach
    void start() {
        server.start();
        Issued account = server.account();
        Issued key = server.administer(tools -> tools.administration().createKey(account.sid(), "test"));
        token = SocketClient.token(account, key, "alice", "default", 3600);
        client = SocketClient.open(server, token);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop();
    }

    /** The server is stopped meanwhile: nobody may be connected to a database that is copied. */
    private void backUp() {
        restart(() -> {
            TestDatabase.execute(TestDatabase.parsedUrl(), "DROP DATABASE " + restored.database());
            TestDatabase.execute(
                    TestDatabase.parsedUrl(),
                    "CREATE DATABASE " + restored.database() + " TEMPLATE " + lost.database());
        });
    }

    private void restore() {
        TestServer next = on(restored);
        restart(() -> {
            next.administer(tools -> tools.epochs().begin(BY));
            server = next;
        });
    }

    private void restart(Runnable meanwhile) {
        client.close();
        server.stop();
        meanwhile.run();
        server.start();
        client = SocketClient.open(server, token);
    }

    private JsonObject create(String type) {
        return client.ok("POST", "/v3/" + type, "{}");
    }

    private static String path(JsonObject resource) {
        return resource.getString("url").replaceFirst("^https?://[^/]+", "");
    }

    private void update(JsonObject document, int value) {
        client.ok("POST", path(document), "{\"data\":{\"v\":" + value + "}}");
    }

    private void put(JsonObject map, String key, int value) {
        client.ok("PUT", path(map) + "/Items/" + key, "{\"data\":{\"v\":" + value + "}}");
    }

    private void remove(JsonObject map, String key) {
        assertThat(client.http("DELETE", path(map) + "/Items/" + key).status()).isLessThan(300);
    }

    /** What is told before the outcome, and that. */
    private List<Received> follow(JsonObject object, String type, long cursor) {
        client.subscribe(4, 1, object.getString("sid"), type, cursor);
        List<Received> told = new ArrayList<>();
        do {
            told.add(client.next(it -> it.method().equals("notification")));
        } while (!eventType(told).startsWith("subscription_"));
        return told;
    }

    private static String eventType(List<Received> told) {
        return told.get(told.size() - 1).json().getString("event_type");
    }

    private static int lastEventId(List<Received> told) {
        return told.get(told.size() - 1)
                .json()
                .getJsonArray("events")
                .getJsonObject(0)
                .getInteger("last_event_id");
    }

    @Test
    void aDocumentIsToldAsItWasRestored() {
        JsonObject document = create("Documents");
        update(document, 1);
        backUp();
        update(document, 2);
        update(document, 3);

        restore();
        List<Received> told = follow(document, "document", 3);

        assertThat(told).hasSize(2);
        JsonObject event = told.get(0).event();
        assertThat(event.getInteger("id")).isEqualTo(BY + 1);
        assertThat(event.getString("document_revision")).isEqualTo(Integer.toHexString(BY + 1));
        assertThat(event.getJsonObject("document_data")).isEqualTo(new JsonObject("{\"v\":1}"));
        assertThat(lastEventId(told)).isEqualTo(BY + 1);
    }

    @Test
    void allItemsOfAMapAreToldAsTheyWereRestored() {
        JsonObject map = create("Maps");
        put(map, "same", 0);
        put(map, "changed", 1);
        put(map, "removed", 2);
        put(map, "gone", 3);
        remove(map, "gone"); // event 4
        backUp();
        put(map, "changed", 5);
        remove(map, "removed");
        put(map, "gone", 7);

        restore();
        List<Received> told = follow(map, "map", 7);

        assertThat(told.subList(0, told.size() - 1).stream()
                        .map(it -> it.event().getInteger("id") + " "
                                + it.json().getString("event_type") + " "
                                + it.event().getString("item_key") + " "
                                + it.event().getJsonObject("item_data")))
                .containsExactly(
                        BY + " map_item_added same {\"v\":0}",
                        BY + 1 + " map_item_added changed {\"v\":1}",
                        BY + 2 + " map_item_added removed {\"v\":2}",
                        BY + 4 + " map_item_removed gone {\"v\":3}");
        assertThat(lastEventId(told)).isEqualTo(BY + 4);
    }

    @Test
    void anIndexThatWasGivenIsNotGivenAgain() {
        JsonObject list = create("Lists");
        backUp();
        assertThat(addItem(list)).isZero();

        restore();

        assertThat(addItem(list)).isEqualTo(BY);
    }

    private int addItem(JsonObject list) {
        return client.ok("POST", path(list) + "/Items", "{\"data\":{}}").getInteger("index");
    }

    @Test
    void whatWasCreatedAfterTheBackupIsGone() {
        backUp();
        JsonObject document = create("Documents");

        restore();

        assertThat(eventType(follow(document, "document", 0))).isEqualTo("subscription_failed");
    }

    @Test
    void whatABrowserHasKeptIsNotFoundAgainButAfterAnOrdinaryRestartIs() {
        String before = storageId();
        backUp();
        assertThat(storageId()).isEqualTo(before);

        restore();

        assertThat(storageId()).isNotEqualTo(before);
    }

    private String storageId() {
        try (SocketClient browser = SocketClient.open(server)) {
            return browser.init(token, null, "offline_storage")
                    .getJsonObject("offline_storage")
                    .getJsonObject("data_sync")
                    .getString("storage_id");
        }
    }
}
