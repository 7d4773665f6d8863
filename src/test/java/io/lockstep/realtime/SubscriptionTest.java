package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients follow, what they are told of it live, and what they have missed (server-requirements.md D and E). */
@ParameterizedClass(name = "access control: {0}")
@ValueSource(booleans = {false, true})
class SubscriptionTest {

    private static final String SERVICE = "/v1/Services/default";
    private static final int ALL = -1; // a cursor before every event

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static Issued key;

    @Parameter
    private boolean accessControl;

    private SocketClient client;
    private SocketClient writer;

    @BeforeAll
    static void newKey() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
    }

    @BeforeEach
    void connect() {
        server.post(SERVICE, "AclEnabled", String.valueOf(accessControl));
        client = SocketClient.open(server, token("alice"));
        writer = SocketClient.open(server, token("bob"));
    }

    private static String token(String identity) {
        return SocketClient.token(server.account(), key, identity, "default", 3600);
    }

    @AfterEach
    void disconnect() {
        client.close();
        writer.close();
    }

    /** Bob's; with access control the others are given every right. */
    private JsonObject create(String type) {
        return granted(type, writer.ok("POST", "/v3/" + type, "{}"));
    }

    private JsonObject granted(String type, JsonObject created) {
        if (accessControl && !type.equals("Streams")) {
            for (String identity : List.of("alice", "carol")) {
                String permission = SERVICE + "/" + type + "/" + created.getString("sid") + "/Permissions/" + identity;
                server.post(permission, "Read", "true", "Write", "true", "Manage", "true");
            }
        }
        return created;
    }

    private static String path(JsonObject resource) {
        return resource.getString("url").replaceFirst("^https?://[^/]+", "");
    }

    private static String type(String sid) {
        return switch (sid.substring(0, 2)) {
            case "ET" -> "document";
            case "ES" -> "list";
            case "MP" -> "map";
            default -> "stream";
        };
    }

    /** Follows, and returns the outcome. */
    private JsonObject follow(SocketClient who, JsonObject object, Integer cursor) {
        String sid = object.getString("sid");
        assertThat(who.subscribe(4, 7, sid, type(sid), cursor == null ? null : Long.valueOf(cursor))
                        .status())
                .isEqualTo(202);
        return outcome(who.event("subscription_established"));
    }

    private static JsonObject outcome(Received notification) {
        assertThat(notification.json().getJsonArray("events")).hasSize(1);
        return notification.json().getJsonArray("events").getJsonObject(0);
    }

    @Test
    void aBatchIsAcceptedAndItsOutcomeCarriesItsNumber() {
        JsonObject document = create("Documents");
        String sid = document.getString("sid");

        Received accepted = client.subscribe(4, 1_795_333_120_951L, sid, "document", null);
        Received established = client.event("subscription_established");

        assertThat(accepted.json())
                .isEqualTo(new JsonObject()
                        .put("estimated_delivery_in_ms", 10000)
                        .put("max_batch_size", 1000)
                        .put("ttl_in_s", 86400));
        assertThat(established.header().getString("message_type")).isEqualTo("twilio.sync.event");
        assertThat(established.json().getLong("correlation_id")).isEqualTo(1_795_333_120_951L);
        assertThat(outcome(established))
                .isEqualTo(new JsonObject()
                        .put("object_sid", sid)
                        .put("object_type", "document")
                        .put("replay_status", "completed")
                        .put("last_event_id", 0));
    }

    @Test
    void theOlderProtocolKnowsNoArrays() {
        JsonObject list = create("Lists");
        String sid = list.getString("sid");
        client.subscribe(3, 1, sid, "list", (long) ALL);

        Received established = client.event("subscription_established");
        writer.ok("POST", path(list) + "/Items", "{\"data\":{}}");
        Received added = client.event("list_item_added");
        client.http("POST", "/v4/Subscriptions", SocketClient.batch("cancel", 3, 2, sid, "list", null));
        Received canceled = client.event("subscription_canceled");

        for (Received each : List.of(established, added, canceled)) {
            assertThat(each.json().getInteger("event_protocol_version")).isEqualTo(3);
            assertThat(each.json().containsKey("events")).isFalse();
            assertThat(each.event()).isNotNull();
        }
    }

    @Test
    void aChangeByRestIsToldWithAllThatClientsRead() {
        JsonObject map = create("Maps");
        follow(client, map, null);

        server.post(SERVICE + "/Maps/" + map.getString("sid") + "/Items", "Key", "a b", "Data", "{\"v\":1}");
        Received added = client.event("map_item_added");

        assertThat(added.header().getString("message_type")).isEqualTo("com.twilio.rtd.cds.map");
        assertThat(added.json().containsKey("correlation_id")).isFalse();
        JsonObject event = added.event();
        assertThat(event.getValue("id")).isEqualTo(0);
        assertThat(event.getString("map_sid")).isEqualTo(map.getString("sid"));
        assertThat(event.getString("map_revision")).isEqualTo("1");
        assertThat(event.getString("item_key")).isEqualTo("a b");
        assertThat(event.getString("item_revision")).isEqualTo("0");
        assertThat(event.getJsonObject("item_data")).isEqualTo(new JsonObject("{\"v\":1}"));
        assertThat(event.getString("item_url")).endsWith("/Items/a%20b");
        assertThat(event.getString("date_created")).matches("\\d{4}-.*\\.\\d{3}Z");
        assertThat(event.containsKey("date_expires")).isTrue();
    }

    @Test
    void revisionsAreHexadecimalAndNumbersAreNot() {
        JsonObject map = create("Maps");
        JsonObject document = create("Documents");
        for (int i = 0; i < 11; i++) {
            write("PUT", path(map) + "/Items/k", "{\"data\":{}}");
            write("POST", path(document), "{\"data\":{}}");
        }
        follow(client, map, null);
        follow(client, document, null);

        JsonObject answer = writer.ok("PUT", path(map) + "/Items/k", "{\"data\":{}}");
        write("POST", path(document), "{\"data\":{}}");

        JsonObject updated = client.event("map_item_updated").event();
        assertThat(answer.getString("revision")).isEqualTo("b");
        assertThat(updated.getInteger("id")).isEqualTo(11);
        assertThat(updated.getString("item_revision")).isEqualTo("b");
        assertThat(updated.getString("map_revision")).isEqualTo("c");
        assertThat(writer.ok("GET", path(map), "").getString("revision")).isEqualTo("c");
        assertThat(client.event("document_updated").event().getString("document_revision"))
                .isEqualTo("c");
    }

    @Test
    void theAnswerToAWriteComesBeforeItsEcho() {
        JsonObject document = create("Documents");
        follow(client, document, null);

        for (int i = 0; i < 20; i++) {
            String id = client.request("POST", path(document), new JsonObject(), "{\"data\":{\"n\":" + i + "}}");
            Received first =
                    client.next(it -> it.method().equals("reply") || it.method().equals("notification"));
            assertThat(first.header().getString("id")).isEqualTo(id);
            client.event("document_updated");
        }
    }

    @Test
    void whatIsWrittenTogetherComesInTheOrderOfItsNumbersToEachSocket() {
        JsonObject list = create("Lists");
        follow(client, list, null);
        follow(writer, list, null);

        List<String> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            requests.add(writer.request("POST", path(list) + "/Items", new JsonObject(), "{\"data\":{\"n\":1}}"));
        }

        for (SocketClient each : List.of(client, writer)) {
            for (int i = 0; i < 200; i++) {
                assertThat(each.event("list_item_added").event().getInteger("id"))
                        .isEqualTo(i);
            }
        }
        requests.forEach(id -> assertThat(writer.reply(id).status()).isEqualTo(201));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Lists", "Maps"})
    void whoRemovesAnItemIsToldItsNumberOnly(String type) {
        JsonObject collection = create(type);
        String item = path(writer.ok("POST", path(collection) + "/Items", "{\"key\":\"k\",\"data\":{\"v\":1}}"));
        follow(client, collection, null);
        follow(writer, collection, null);

        writer.http("DELETE", item, "data_sync");

        String kind = type(collection.getString("sid"));
        Received removed = client.event(kind + "_item_removed");
        assertThat(removed.event().getInteger("id")).isEqualTo(1);
        assertThat(removed.event().getJsonObject("item_data")).isEqualTo(new JsonObject("{\"v\":1}"));
        Received noop = writer.event(kind + "_item_noop");
        assertThat(noop.event().getInteger("id")).isEqualTo(1);
        assertThat(noop.event().getString(kind + "_revision")).isEqualTo("2");
    }

    @Test
    void whoPublishesAMessageIsNotToldIt() {
        JsonObject stream = create("Streams");
        follow(client, stream, null);
        follow(writer, stream, null);

        JsonObject published = writer.ok("POST", path(stream) + "/Messages", "{\"data\":{\"n\":1}}");
        server.post(SERVICE + "/Streams/" + stream.getString("sid") + "/Messages", "Data", "{\"n\":2}");

        Received first = client.event("stream_message_published");
        assertThat(first.header().getString("message_type")).isEqualTo("twilio.sync.event");
        assertThat(first.event().getString("message_sid")).isEqualTo(published.getString("sid"));
        assertThat(first.event().getJsonObject("message_data")).isEqualTo(new JsonObject("{\"n\":1}"));
        assertThat(writer.event("stream_message_published").event().getJsonObject("message_data"))
                .isEqualTo(new JsonObject("{\"n\":2}"));
    }

    @Test
    void whatWasMissedIsToldInOrderWithTheNumberOfTheBatch() {
        JsonObject map = create("Maps");
        String items = path(map) + "/Items/";
        write("PUT", items + "kept", "{\"data\":{\"v\":0}}");
        write("PUT", items + "gone", "{\"data\":{\"v\":1}}");
        write("PUT", items + "again", "{\"data\":{\"v\":2}}");
        write("PUT", items + "kept", "{\"data\":{\"v\":3}}");
        write("DELETE", items + "gone", "");
        write("DELETE", items + "again", "");
        write("PUT", items + "again", "{\"data\":{\"v\":6}}");
        write("PUT", items + "brief", "{\"data\":{\"v\":7}}");
        write("DELETE", items + "brief", "");
        write("PUT", items + "born", "{\"data\":{\"v\":9}}");
        write("PUT", items + "born", "{\"data\":{\"v\":10}}");

        client.subscribe(4, 42, map.getString("sid"), "map", 2L);
        List<String> told = new ArrayList<>();
        Received each = client.next(it -> it.method().equals("notification"));
        while (!each.json().getString("event_type").equals("subscription_established")) {
            assertThat(each.header().getString("message_type")).isEqualTo("twilio.sync.event");
            assertThat(each.json().getLong("correlation_id")).isEqualTo(42);
            told.add(each.event().getInteger("id") + " " + each.json().getString("event_type") + " "
                    + each.event().getString("item_key"));
            each = client.next(it -> it.method().equals("notification"));
        }

        assertThat(told)
                .containsExactly(
                        "3 map_item_updated kept",
                        "4 map_item_removed gone",
                        "6 map_item_added again",
                        "8 map_item_removed brief",
                        "10 map_item_added born");
        assertThat(outcome(each).getInteger("last_event_id")).isEqualTo(10);
    }

    @Test
    void whatTheCursorNamesIsNotMissed() {
        JsonObject list = create("Lists");
        for (int i = 0; i < 3; i++) {
            write("POST", path(list) + "/Items", "{\"data\":{}}");
        }

        follow(client, list, 1);

        assertThat(client.event("list_item_added").event().getInteger("id")).isEqualTo(2);
        assertThat(client.rest()).isEmpty();
    }

    private void write(String method, String path, String body) {
        assertThat(writer.http(method, path, body).status()).isLessThan(300);
    }

    @ParameterizedTest
    @CsvSource({"Documents,0", "Lists,-1", "Maps,-1"})
    void whoHasEverythingOrWantsNothingIsToldNothing(String type, int last) {
        JsonObject object = create(type);

        assertThat(follow(client, object, last).getInteger("last_event_id")).isEqualTo(last);
        assertThat(follow(client, object, null).getInteger("last_event_id")).isEqualTo(last);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void aDocumentIsReplayedByItsLastState() {
        JsonObject document = create("Documents");
        write("POST", path(document), "{\"data\":{\"n\":1}}");
        write("POST", path(document), "{\"data\":{\"n\":2}}");

        client.subscribe(4, 1, document.getString("sid"), "document", 0L);

        Received updated = client.event("document_updated");
        assertThat(updated.event().getInteger("id")).isEqualTo(2);
        assertThat(updated.event().getString("document_revision")).isEqualTo("2");
        assertThat(updated.event().getJsonObject("document_data")).isEqualTo(new JsonObject("{\"n\":2}"));
        assertThat(outcome(client.event("subscription_established")).getInteger("last_event_id"))
                .isEqualTo(2);
    }

    @Test
    void askingAgainReplaysAgainAndTellsNothingTwice() {
        JsonObject list = create("Lists");
        write("POST", path(list) + "/Items", "{\"data\":{}}");
        follow(client, list, null);

        follow(client, list, ALL);
        client.event("list_item_added");
        write("POST", path(list) + "/Items", "{\"data\":{}}");

        assertThat(client.event("list_item_added").event().getInteger("id")).isEqualTo(1);
        assertThat(client.rest()).isEmpty();
    }

    /** As the SDK does when the request of an earlier socket fails late; it raises every removal that it is told. */
    @Test
    void askingAgainTellsNoRemovalTwiceThatTheSocketHasHad() {
        JsonObject map = create("Maps");
        String items = path(map) + "/Items/";
        write("PUT", items + "a", "{\"data\":{}}");
        write("PUT", items + "b", "{\"data\":{}}");
        write("DELETE", items + "a", "");
        follow(client, map, ALL);
        client.event("map_item_removed");
        client.event("map_item_added");
        write("DELETE", items + "b", "");
        client.event("map_item_removed");
        write("PUT", items + "c", "{\"data\":{}}");
        client.event("map_item_added");

        assertThat(follow(client, map, ALL).getInteger("last_event_id")).isEqualTo(4);

        assertThat(client.event("map_item_added").event().getString("item_key")).isEqualTo("c");
        assertThat(client.rest()).isEmpty();
        try (SocketClient another = SocketClient.open(server, token("alice"))) {
            follow(another, map, ALL);
            another.event("map_item_removed");
            another.event("map_item_removed");
        }
    }

    @Test
    void whatIsCanceledIsToldNoMoreAndCancelingIsAlwaysWell() {
        JsonObject document = create("Documents");
        follow(client, document, null);
        for (String sid : List.of(document.getString("sid"), "ET" + "0".repeat(32), "nonsense")) {
            Received answer =
                    client.http("POST", "/v4/Subscriptions", SocketClient.batch("cancel", 4, 9, sid, "document", null));
            assertThat(answer.status()).isEqualTo(202);
            assertThat(outcome(client.event("subscription_canceled")).getString("object_sid"))
                    .isEqualTo(sid);
        }
        write("POST", path(document), "{\"data\":{\"n\":1}}");
        follow(client, create("Documents"), null);

        assertThat(client.rest()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ET00000000000000000000000000000000,document,404,54100",
        "ES00000000000000000000000000000000,list,404,54150",
        "MP00000000000000000000000000000000,map,404,54200",
        "TO00000000000000000000000000000000,stream,404,54250",
        "QR00000000000000000000000000000000,live_query,404,54502",
        "nonsense,document,404,20404"
    })
    void whatIsNotThereFails(String sid, String type, int status, int code) {
        client.subscribe(4, 5, sid, type, null);

        Received failed = client.event("subscription_failed");
        assertThat(failed.json().getLong("correlation_id")).isEqualTo(5);
        JsonObject error = outcome(failed).getJsonObject("error");
        assertThat(error.getInteger("status")).isEqualTo(status);
        assertThat(error.getInteger("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotEmpty();
    }

    @Test
    void whoMayNotReadIsToldSo() {
        JsonObject service = server.post("/v1/Services", "AclEnabled", "true").json();
        String sid = service.getString("sid");
        String document =
                server.post("/v1/Services/" + sid + "/Documents").json().getString("sid");
        try (SocketClient stranger =
                SocketClient.open(server, SocketClient.token(server.account(), key, "stranger", sid, 3600))) {
            stranger.subscribe(4, 1, document, "document", null);

            JsonObject error = outcome(stranger.event("subscription_failed")).getJsonObject("error");
            assertThat(error.getInteger("status")).isEqualTo(403);
            assertThat(error.getInteger("code")).isEqualTo(54007);
            assertThat(stranger.http("GET", "/v3/Documents/" + document).code()).isEqualTo(54007);
        }
    }

    @Test
    void aRemovedObjectIsTold() {
        for (String type : List.of("Documents", "Lists", "Maps", "Streams")) {
            JsonObject object = create(type);
            follow(client, object, null);
            write("DELETE", path(object), "data_sync");
            String kind = type(object.getString("sid"));
            assertThat(client.event(kind + "_removed").event().getString(kind + "_sid"))
                    .isEqualTo(object.getString("sid"));
        }
    }

    @Test
    void whatHasExpiredIsToldAsRemoved() {
        JsonObject list = create("Lists");
        follow(client, list, null);
        JsonObject document = granted("Documents", writer.ok("POST", "/v3/Documents", "{\"ttl\":2}"));
        follow(client, document, null);

        write("POST", path(list) + "/Items", "{\"ttl\":1,\"data\":{\"v\":1}}");

        assertThat(client.event("list_item_removed").event().getInteger("item_index"))
                .isZero();
        assertThat(client.event("document_removed").event().getString("document_sid"))
                .isEqualTo(document.getString("sid"));
    }

    @Test
    void nothingIsFollowedForASocketThatHasGone() throws Exception {
        double before = metric("lockstep_socket_subscriptions");
        try (SocketClient third = SocketClient.open(server, token("carol"))) {
            follow(third, create("Documents"), null);
            follow(third, create("Lists"), null);
            assertThat(metric("lockstep_socket_subscriptions")).isEqualTo(before + 2);
        }

        for (int i = 0; metric("lockstep_socket_subscriptions") > before; i++) {
            assertThat(i).as("readings of a metric that does not fall").isLessThan(1000);
        }
    }

    /** Twilio's bound, and its code. */
    @Test
    void aSocketFollowsSoManyObjectsAndNoMore() {
        JsonArray asked = new JsonArray();
        for (int i = 0; i < 1000; i++) {
            asked.add(new JsonObject()
                    .put("object_sid", create("Streams").getString("sid"))
                    .put("object_type", "stream"));
        }
        establish(asked);
        for (int i = 0; i < 1000; i++) {
            asked.getJsonObject(i).put("object_sid", create("Streams").getString("sid"));
        }
        establish(asked);

        client.subscribe(4, 3, create("Streams").getString("sid"), "stream", null);

        assertThat(outcome(client.event("subscription_failed"))
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(54419);
    }

    private void establish(JsonArray asked) {
        JsonObject batch = new JsonObject(SocketClient.batch("establish", 4, 1, "", "", null)).put("requests", asked);
        assertThat(client.http("POST", "/v4/Subscriptions", batch.encode()).status())
                .isEqualTo(202);
        for (int i = 0; i < asked.size(); i++) {
            client.event("subscription_established");
        }
    }

    /** It is closed by the server, and catches up when it comes again. */
    @Test
    void aSocketThatTakesNothingIsClosedWhenTooMuchWaits() throws Exception {
        JsonObject document = create("Documents");
        follow(client, document, null);
        client.stopReading();
        String data = "{\"data\":{\"text\":\"" + "x".repeat(16_000) + "\"}}";
        double before = closedAsSlow();

        for (int i = 0; closedAsSlow() == before; i++) {
            assertThat(i).as("updates of 16 KB that a socket does not take").isLessThan(2000);
            write("POST", path(document), data);
        }

        try (SocketClient again = SocketClient.open(server, token("alice"))) {
            again.subscribe(4, 1, document.getString("sid"), "document", 0L);
            assertThat(again.event("document_updated").event().getInteger("id")).isPositive();
        }
    }

    private static double closedAsSlow() throws Exception {
        return metric("lockstep_socket_closed_total{reason=\"slow\"}");
    }

    private static double metric(String name) throws Exception {
        HttpRequest metrics = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.managementPort() + "/metrics"))
                .build();
        return HttpClient.newHttpClient()
                .send(metrics, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
                .sum();
    }

    /** What the server has sent and the client has not acknowledged is bounded; the client comes again. */
    @Test
    void aClientThatAcknowledgesNothingIsClosedInTheEnd() {
        JsonObject batch = new JsonObject(SocketClient.batch("cancel", 4, 1, "", "", null))
                .put(
                        "requests",
                        new JsonArray(Collections.nCopies(
                                1000, new JsonObject().put("object_sid", "x").put("object_type", "document"))));
        for (int i = 0; i < 10; i++) {
            client.request("POST", "/v4/Subscriptions", new JsonObject(), batch.encode());
            writer.request("POST", "/v4/Subscriptions", new JsonObject(), batch.encode());
            for (int j = 0; j < 1000; j++) {
                client.next(it -> it.method().equals("notification"));
                writer.event("subscription_canceled");
            }
        }
        assertThat(client.isOpen()).isTrue();

        client.request("POST", "/v4/Subscriptions", new JsonObject(), batch.encode());
        writer.request("POST", "/v4/Subscriptions", new JsonObject(), batch.encode());

        assertThat(client.closeCode()).isEqualTo(1013);
        assertThat(writer.http("GET", "/v3/Documents/none").status()).isEqualTo(404);
    }

    /** Far more than a socket may have unsent. */
    @Test
    void largePagesThatAreAskedForAtOnceAreAllAnswered() {
        JsonObject list = create("Lists");
        String data = "{\"data\":{\"text\":\"" + "x".repeat(16_000) + "\"}}";
        for (int i = 0; i < 100; i++) {
            write("POST", path(list) + "/Items", data);
        }
        JsonObject size = new JsonObject().put("params", new JsonObject().put("PageSize", "100"));
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(client.request("GET", path(list) + "/Items", size, ""));
        }

        for (String id : asked) {
            assertThat(client.reply(id).json().getJsonArray("items")).hasSize(100);
        }
    }

    @Test
    void everyPacketHasAnIdOfItsOwn() {
        JsonObject document = create("Documents");
        follow(client, document, null);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            write("POST", path(document), "{\"data\":{\"n\":" + i + "}}");
            ids.add(client.event("document_updated").header().getString("id"));
        }
        assertThat(ids).doesNotHaveDuplicates();
    }
}
