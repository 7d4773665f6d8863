package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a client is answered does not overtake what came before it: the SDK raises every removal that it is told, so that one
 * that comes behind the answer to a later write of the same key, or behind a read of it, takes away what is there.
 */
class AnswerOrderTest {

    private static final int ROUNDS = 100;
    private static final int KEYS = 8;
    private static final String DATA = "{\"data\":{}}";
    private static final String MAPS = "/v1/Services/default/Maps";

    /** Each event loop has its own lanes, so that the news of a change comes at any time before or after an answer. */
    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "4"));

    /** It writes to the same database, and tells the other nothing of it. */
    @RegisterExtension
    static final TestServer elsewhere = new TestServer();

    private final long seed = Long.getLong("lockstep.seed", new Random().nextInt(Integer.MAX_VALUE));
    private final Map<String, Long> shown = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();
    private SocketClient client;
    private SocketClient other;
    private String map;

    @BeforeEach
    void connect() {
        Issued key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        map = server.post(MAPS).json().getString("sid");
        client = SocketClient.open(server, SocketClient.token(server.account(), key, "alice", "default", 3600));
        other = SocketClient.open(server, SocketClient.token(server.account(), key, "bob", "default", 3600));
    }

    @AfterEach
    void disconnect() {
        client.close();
        other.close();
    }

    private String items() {
        return "/v3/Maps/" + map + "/Items";
    }

    private void follow() {
        client.subscribe(4, 7, map, "map", null);
        client.event("subscription_established");
    }

    private void setElsewhere(String key) {
        String items = MAPS + "/" + map + "/Items";
        assertThat(elsewhere
                        .send(TestServer.as(
                                server.account(),
                                elsewhere.postForm(items, TestServer.encode("Key", key, "Data", "{}"))))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aWriteIsAnsweredBehindWhatNobodyHasToldAndBeforeItsOwnEvent() {
        follow();
        setElsewhere("a");
        setElsewhere("b");

        String written = client.request("PUT", items() + "/c", new JsonObject(), DATA);

        assertThat(client.next().event().getString("item_key")).isEqualTo("a");
        assertThat(client.next().event().getString("item_key")).isEqualTo("b");
        assertThat(client.next().header().getString("id")).isEqualTo(written);
        assertThat(client.next().event().getString("item_key")).isEqualTo("c");
    }

    @Test
    void aReadThatShowsWhatNobodyHasToldIsAnsweredBehindWhatCameBefore() {
        follow();
        setElsewhere("a");
        setElsewhere("b");

        String read = client.request("GET", items(), new JsonObject(), "");

        assertThat(client.next().event().getString("item_key")).isEqualTo("a");
        assertThat(client.next().header().getString("id")).isEqualTo(read);
        assertThat(client.next().event().getString("item_key")).isEqualTo("b");
    }

    @Test
    void whatAClientDoesNotFollowIsAnsweredAtOnce() {
        setElsewhere("a");
        setElsewhere("b");

        assertThat(client.ok("GET", items(), "").getJsonArray("items")).hasSize(2);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whatAClientShowsIsWhatIsStored() {
        follow();
        Random random = new Random(seed);

        for (int round = 0; round < ROUNDS; round++) {
            List<String> asked = new ArrayList<>();
            List<String> beside = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                String path = items() + "/key-" + i;
                beside.add(other.request("DELETE", path, new JsonObject(), ""));
                beside.add(other.request("PUT", path, new JsonObject(), DATA));
                asked.add(
                        random.nextInt(4) == 0
                                ? client.request("GET", items(), new JsonObject(), "")
                                : client.request("PUT", path, new JsonObject(), DATA));
            }
            while (!asked.isEmpty()) {
                Received packet = client.next();
                take(packet);
                asked.remove(packet.header().getString("id"));
            }
            beside.forEach(other::reply);
        }
        other.ok("PUT", items() + "/end", DATA);
        while (!shown.containsKey("end")) {
            take(client.next());
        }

        assertThat(shown).as("seed %s", seed).isEqualTo(stored());
    }

    private void take(Received packet) {
        if (packet.method().equals("notification")) {
            JsonObject event = packet.event();
            String key = event.getString("item_key");
            if (packet.json().getString("event_type").equals("map_item_removed")) {
                assertThat(known.merge(key, event.getLong("id"), Math::max))
                        .as("seed %s: %s", seed, packet)
                        .isEqualTo(event.getLong("id"));
                shown.remove(key);
            } else {
                show(key, event.getLong("id"));
            }
        } else if (packet.json().containsKey("items")) {
            packet.json().getJsonArray("items").forEach(item -> show((JsonObject) item));
        } else {
            show(packet.json());
        }
    }

    private void show(JsonObject item) {
        show(item.getString("key"), item.getLong("last_event_id"));
    }

    private void show(String key, long eventId) {
        if (eventId > known.getOrDefault(key, -1L)) {
            known.put(key, eventId);
            shown.put(key, eventId);
        }
    }

    private Map<String, Long> stored() {
        Map<String, Long> stored = new HashMap<>();
        JsonArray items = server.get(MAPS + "/" + map + "/Items").json().getJsonArray("items");
        items.forEach(each -> {
            JsonObject item = (JsonObject) each;
            stored.put(item.getString("key"), Long.parseLong(item.getString("revision"), 16));
        });
        return stored;
    }
}
