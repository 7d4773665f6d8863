package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes that share a database and nothing else: what one commits is told to the sockets of the other, which finds it by
 * looking; because it knows of a node that it does not hear, or because it looks at everything from time to time.
 */
@ParameterizedClass
@MethodSource("nodes")
class ComparisonTest {

    private static final String SERVICES = "/v1/Services";

    @RegisterExtension
    static final TestServer elsewhere = new TestServer();

    @RegisterExtension
    static final TestServer lookingOut =
            new TestServer(Map.of("LOCKSTEP_COMPARE_INTERVAL", "1h", "LOCKSTEP_NODE_LEASE", "2s"));

    @RegisterExtension
    static final TestServer looking =
            new TestServer(Map.of("LOCKSTEP_COMPARE_INTERVAL", "300ms", "LOCKSTEP_NODE_LEASE", "1h"));

    private static Issued key;
    private final TestServer here;
    private SocketClient client;
    private String service;

    ComparisonTest(TestServer here) {
        this.here = here;
    }

    static Stream<TestServer> nodes() {
        return Stream.of(lookingOut, looking);
    }

    @BeforeAll
    static void newKey() {
        key = elsewhere.administer(
                tools -> tools.administration().createKey(elsewhere.account().sid(), "test"));
    }

    @BeforeEach
    void connect() {
        service = elsewhere.post(SERVICES).json().getString("sid");
        client = SocketClient.open(here, SocketClient.token(elsewhere.account(), key, "alice", service, 3600));
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String follow(String objects, String kind) {
        String path = SERVICES + "/" + service + "/" + objects;
        String sid = elsewhere.post(path).json().getString("sid");
        client.subscribe(4, 7, sid, kind, null);
        client.event("subscription_established");
        return path + "/" + sid;
    }

    private static void post(String path, String... form) {
        assertThat(elsewhere.post(path, form).status()).isLessThan(300);
    }

    private static void delete(String path) {
        assertThat(elsewhere.delete(path).status()).isEqualTo(204);
    }

    @Test
    void aDocumentsLatestStateIsTold() {
        String document = follow("Documents", "document");

        post(document, "Data", "{\"a\":1}");

        JsonObject event = client.event("document_updated").event();
        assertThat(event.getLong("id")).isEqualTo(1);
        assertThat(event.getJsonObject("document_data")).isEqualTo(new JsonObject("{\"a\":1}"));
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void itemsAreToldAsTheyAreNow() {
        String map = follow("Maps", "map");
        post(map + "/Items", "Key", "k", "Data", "{\"a\":1}");
        assertThat(client.event("map_item_added").event().getString("item_key")).isEqualTo("k");

        delete(map + "/Items/k");

        assertThat(client.event("map_item_removed").event().getLong("id")).isEqualTo(1);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whatWasDeletedIsToldToHaveGone() {
        String document = follow("Documents", "document");
        String list = follow("Lists", "list");
        String stream = follow("Streams", "stream");

        delete(document);
        delete(list);
        delete(stream);

        assertThat(client.event("document_removed").event().getLong("id")).isEqualTo(1);
        assertThat(client.event("list_removed").event().getLong("id")).isZero();
        assertThat(client.event("stream_removed").event().containsKey("id")).isFalse();
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whatHasExpiredIsToldToHaveGone() {
        String path = SERVICES + "/" + service + "/Streams";
        String sid = elsewhere.post(path, "Ttl", "1").json().getString("sid");
        client.subscribe(4, 7, sid, "stream", null);
        client.event("subscription_established");

        client.event("stream_removed");

        assertThat(client.rest()).isEmpty();
    }
}
