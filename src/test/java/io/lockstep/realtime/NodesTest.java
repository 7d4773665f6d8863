package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.FreePorts;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes of a cluster, neither of which compares anything by itself for as long as this takes. */
class NodesTest {

    private static final FreePorts ports = FreePorts.take(4);
    private static final String DOCUMENTS = "/v1/Services/default/Documents";
    private static final String LISTS = "/v1/Services/default/Lists";
    private static final String MAPS = "/v1/Services/default/Maps";
    private static final String STREAMS = "/v1/Services/default/Streams";

    @RegisterExtension
    static final TestServer here = new TestServer(settings(0));

    @RegisterExtension
    static final TestServer elsewhere = new TestServer(settings(2));

    private static Issued key;
    private SocketClient client;

    private static Map<String, String> settings(int first) {
        Map<String, String> settings = new HashMap<>();
        settings.put("LOCKSTEP_CLUSTER", "tcp");
        settings.put("LOCKSTEP_CLUSTER_NAME", "test-" + ports.get(0));
        settings.put("LOCKSTEP_CLUSTER_PORT", Integer.toString(ports.get(first)));
        settings.put("LOCKSTEP_CLUSTER_BUS_PORT", Integer.toString(ports.get(first + 1)));
        settings.put("LOCKSTEP_CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(2));
        settings.put("LOCKSTEP_COMPARE_INTERVAL", "1h");
        settings.put("LOCKSTEP_NODE_LEASE", "1h");
        return settings;
    }

    @BeforeAll
    static void newKey() {
        key = here.administer(
                tools -> tools.administration().createKey(here.account().sid(), "test"));
    }

    @BeforeEach
    void connect() {
        client = SocketClient.open(here, SocketClient.token(here.account(), key, "alice", "default", 3600));
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private static TestServer.Answer post(String path, String... form) {
        TestServer.Answer answer =
                elsewhere.send(TestServer.as(here.account(), elsewhere.postForm(path, TestServer.encode(form))));
        assertThat(answer.status()).isLessThan(300);
        return answer;
    }

    private static void delete(String path) {
        assertThat(elsewhere
                        .send(TestServer.as(here.account(), elsewhere.request(path))
                                .DELETE())
                        .status())
                .isEqualTo(204);
    }

    private String follow(String path, String kind) {
        String sid = here.post(path).json().getString("sid");
        client.subscribe(4, 7, sid, kind, null);
        client.event("subscription_established");
        return path + "/" + sid;
    }

    @Test
    void whatHappensToADocumentIsToldOnTheOtherNode() {
        String document = follow(DOCUMENTS, "document");

        post(document, "Data", "{\"a\":1}");
        delete(document);

        JsonObject updated = client.event("document_updated").event();
        assertThat(updated.getLong("id")).isEqualTo(1);
        assertThat(updated.getJsonObject("document_data")).isEqualTo(new JsonObject("{\"a\":1}"));
        assertThat(client.event("document_removed").event().getLong("id")).isEqualTo(2);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whatHappensToItemsIsToldOnTheOtherNode() {
        String map = follow(MAPS, "map");

        post(map + "/Items", "Key", "k", "Data", "{\"a\":1}");
        post(map + "/Items/k", "Data", "{\"a\":2}");
        delete(map + "/Items/k");

        assertThat(List.of("added", "updated", "removed"))
                .allSatisfy(what -> assertThat(
                                client.event("map_item_" + what).event().getString("item_key"))
                        .isEqualTo("k"));
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void messagesOfAStreamAreToldOnTheOtherNode() {
        String stream = follow(STREAMS, "stream");

        post(stream + "/Messages", "Data", "{\"a\":1}");
        delete(stream);

        assertThat(client.event("stream_message_published").event().getJsonObject("message_data"))
                .isEqualTo(new JsonObject("{\"a\":1}"));
        client.event("stream_removed");
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void changesOfBothNodesAreToldInTheOrderOfTheirNumbers() {
        String list = follow(LISTS, "list");

        for (int i = 0; i < 50; i++) {
            post(list + "/Items", "Data", "{}");
            assertThat(here.post(list + "/Items", "Data", "{}").status()).isEqualTo(201);
        }

        for (long i = 0; i < 100; i++) {
            assertThat(client.event("list_item_added").event().getLong("id")).isEqualTo(i);
        }
        assertThat(client.rest()).isEmpty();
    }
}
