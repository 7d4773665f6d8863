package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is committed together is told together: all of it, to everybody, and that of each object in its order. */
class TurnTest {

    private static final int ROUNDS = 50;
    private static final int UPDATES = 8;
    private static final String DATA = "{\"data\":{}}";

    /** All that happens is of the same turns. */
    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));

    private Issued key;
    private SocketClient writer;
    private List<SocketClient> followers;

    @BeforeEach
    void connect() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        writer = open("alice");
        followers = Stream.of("bob", "carol", "dave").map(this::open).toList();
    }

    private SocketClient open(String identity) {
        return SocketClient.open(server, SocketClient.token(server.account(), key, identity, "default", 3600));
    }

    @AfterEach
    void disconnect() {
        writer.close();
        followers.forEach(SocketClient::close);
    }

    private String newDocument() {
        String document = server.post("/v1/Services/default/Documents").json().getString("sid");
        for (SocketClient follower : followers) {
            follower.subscribe(4, 7, document, "document", null);
            follower.event("subscription_established");
        }
        return document;
    }

    private String update(String document) {
        return writer.request("POST", "/v3/Documents/" + document, new JsonObject(), DATA);
    }

    @Test
    void whatHappenedToADocumentIsToldBeforeItsEnd() {
        for (int round = 0; round < ROUNDS; round++) {
            String document = newDocument();
            List<String> asked = new ArrayList<>();
            for (int i = 0; i < UPDATES; i++) {
                asked.add(update(document));
            }
            writer.request("DELETE", "/v3/Documents/" + document, new JsonObject(), "");

            long done = asked.stream()
                    .filter(id -> writer.reply(id).status() == 200)
                    .count();

            for (SocketClient follower : followers) {
                assertThat(idsUntilTheEnd(follower)).isEqualTo(idsUpTo(done));
            }
        }
    }

    private static List<Long> idsUntilTheEnd(SocketClient follower) {
        List<Long> ids = new ArrayList<>();
        Received event = follower.next();
        while (!event.json().getString("event_type").equals("document_removed")) {
            ids.add(event.event().getLong("id"));
            event = follower.next();
        }
        return ids;
    }

    private static List<Long> idsUpTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void manyDocumentsThatChangeAtOnceAreToldToAllWhoFollowThem() {
        List<String> documents =
                Stream.generate(this::newDocument).limit(UPDATES).toList();
        for (int i = 0; i < UPDATES; i++) {
            documents.forEach(this::update);
        }

        for (SocketClient follower : followers) {
            Map<String, List<Long>> told = new HashMap<>();
            for (int i = 0; i < UPDATES * documents.size(); i++) {
                JsonObject event = follower.event("document_updated").event();
                told.computeIfAbsent(event.getString("document_sid"), sid -> new ArrayList<>())
                        .add(event.getLong("id"));
            }
            assertThat(told).hasSize(documents.size());
            assertThat(told.values()).allMatch(idsUpTo(UPDATES)::equals);
        }
    }
}
