package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is told when the news of a change comes out of its order, late, or never (server-requirements.md 42 and 48): another
 * node writes to the same database, and tells this one nothing of it.
 */
class WatchTest {

    private static final String LISTS = "/v1/Services/default/Lists";

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));

    @RegisterExtension
    static final TestServer elsewhere = new TestServer();

    private static Issued key;
    private SocketClient client;
    private String list;

    @BeforeAll
    static void newKey() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
    }

    private static SocketClient connect(TestServer node) {
        return SocketClient.open(node, SocketClient.token(server.account(), key, "alice", "default", 3600));
    }

    @BeforeEach
    void newList() {
        list = LISTS + "/" + server.post(LISTS).json().getString("sid");
        client = connect(server);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private void appendHere() {
        assertThat(server.post(list + "/Items", "Data", "{}").status()).isEqualTo(201);
    }

    private void appendElsewhere() {
        assertThat(elsewhere
                        .send(TestServer.as(
                                server.account(), elsewhere.postForm(list + "/Items", TestServer.encode("Data", "{}"))))
                        .status())
                .isEqualTo(201);
    }

    private void follow(SocketClient who, Long cursor) {
        who.subscribe(4, 7, list.substring(LISTS.length() + 1), "list", cursor);
        who.event("subscription_established");
    }

    private static List<Long> told(SocketClient who, int count) {
        List<Long> told = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JsonObject event = who.event("list_item_added").event();
            assertThat(event.getLong("item_index")).isEqualTo(event.getLong("id"));
            told.add(event.getLong("id"));
        }
        return told;
    }

    private static List<Long> until(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void whatNobodyHasToldComesFromTheRowsBeforeWhatFollowsIt() {
        follow(client, null);
        appendHere();
        appendElsewhere();
        appendElsewhere();
        appendHere();

        assertThat(told(client, 4)).isEqualTo(until(4));
        assertThat(client.rest()).isEmpty();
    }

    /** Two sockets of one event loop, whose watch has begun before the second has read the rows. */
    @Test
    void whatOneHasHadReplayedIsToldToTheOtherAlone() {
        follow(client, null);
        appendElsewhere();
        try (SocketClient second = connect(server)) {
            second.subscribe(4, 7, list.substring(LISTS.length() + 1), "list", -1L);
            assertThat(told(second, 1)).isEqualTo(until(1));
            assertThat(second.event("subscription_established")
                            .json()
                            .getJsonArray("events")
                            .getJsonObject(0)
                            .getLong("last_event_id"))
                    .isZero();

            appendHere();

            assertThat(told(client, 2)).isEqualTo(until(2));
            assertThat(told(second, 1)).containsExactly(1L);
            assertThat(second.rest()).isEmpty();
        }
    }

    /** More than a watch keeps while it waits for what is missing. */
    @Test
    void howeverMuchFollowsAGapAllOfItIsTold() {
        follow(client, null);
        appendElsewhere();
        String items = "/v3/Lists/" + list.substring(LISTS.length() + 1) + "/Items";
        try (SocketClient writer = connect(server)) {
            List<String> asked = IntStream.range(0, 600)
                    .mapToObj(i -> writer.request("POST", items, new JsonObject(), "{\"data\":{}}"))
                    .toList();
            asked.forEach(id -> assertThat(writer.reply(id).status()).isEqualTo(201));
        }

        assertThat(told(client, 601)).isEqualTo(until(601));
        assertThat(client.rest()).isEmpty();
    }

    /** Each has its own lanes, so that later changes of an object are often told before earlier ones. */
    @Nested
    class OnManyEventLoops {

        @RegisterExtension
        static final TestServer wide = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "4"));

        @Test
        void changesAreToldInTheOrderOfTheirNumbers() {
            String items = "/v3/Lists/" + list.substring(LISTS.length() + 1) + "/Items";
            List<SocketClient> followers =
                    IntStream.range(0, 4).mapToObj(i -> connect(wide)).toList();
            followers.forEach(it -> follow(it, null));
            List<SocketClient> writers =
                    IntStream.range(0, 8).mapToObj(i -> connect(wide)).toList();
            for (int i = 0; i < 50; i++) {
                writers.forEach(it -> it.request("POST", items, new JsonObject(), "{\"data\":{}}"));
            }

            for (SocketClient follower : followers) {
                assertThat(told(follower, 400)).isEqualTo(until(400));
                assertThat(follower.rest()).isEmpty();
            }
            followers.forEach(SocketClient::close);
            writers.forEach(SocketClient::close);
        }
    }
}
