package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.lockstep.testing.Webhooks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes and goes, and what is told of it (webhooks.md sections 4 and 7). */
class ReachabilityTest {

    private static final Duration WINDOW = Duration.ofSeconds(1);

    @RegisterExtension
    static final TestServer server = new TestServer();

    /** Shares nothing with the other but the database. */
    @RegisterExtension
    static final TestServer elsewhere = new TestServer();

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    private static Issued key;
    private final List<SocketClient> clients = new ArrayList<>();
    private String identity = "identity-" + UUID.randomUUID();
    private String service;

    @BeforeAll
    static void newKey() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
    }

    @BeforeEach
    void newService() {
        service = server.post(
                        "/v1/Services",
                        "WebhookUrl",
                        receiver.url("/reachability"),
                        "ReachabilityWebhooksEnabled",
                        "true",
                        "ReachabilityDebouncingWindow",
                        String.valueOf(WINDOW.toMillis()))
                .json()
                .getString("sid");
    }

    @AfterEach
    void disconnect() {
        clients.forEach(SocketClient::close);
        assertThat(server.delete("/v1/Services/" + service).status()).isEqualTo(204);
    }

    private void change(String... settings) {
        assertThat(server.post("/v1/Services/" + service, settings).status()).isEqualTo(200);
    }

    private void debounce() {
        change("ReachabilityDebouncingEnabled", "true");
    }

    private SocketClient connect(TestServer node) {
        return connect(node, null);
    }

    /** As another socket of an endpoint that has connected before. */
    private SocketClient connect(TestServer node, String continuation) {
        SocketClient client = SocketClient.open(node);
        clients.add(client);
        client.welcome = client.init(SocketClient.token(server.account(), key, identity, service, 3600), continuation);
        return client;
    }

    private String connected() {
        return next("endpoint_connected");
    }

    private String disconnected() {
        return next("endpoint_disconnected");
    }

    private String next(String event) {
        Received next = receiver.next();
        while (!next.parameters().get("ServiceSid").equals(service)) { // the last of another test
            next = receiver.next();
        }
        assertThat(next.parameters())
                .containsOnlyKeys("AccountSid", "ServiceSid", "EventType", "Identity", "EndpointId")
                .containsEntry("AccountSid", server.account().sid().toString())
                .containsEntry("ServiceSid", service)
                .containsEntry("Identity", identity)
                .containsEntry("EventType", event);
        return next.parameters().get("EndpointId");
    }

    private static String continuation(SocketClient client) {
        return client.welcome.getString("continuation_token");
    }

    private JsonObject presence() {
        return server.get("/lockstep/v1/Services/" + service + "/Presence/" + identity)
                .json();
    }

    /** Waits until so many endpoints are there. */
    private void awaitEndpoints(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (presence().getInteger("endpoint_count") != count) {
            assertThat(System.nanoTime()).as("%s, not %s", presence(), count).isLessThan(deadline);
        }
    }

    /** The same of sockets, of which no operator is told. */
    private void awaitSockets(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (sockets() != count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    private int sockets() {
        try (Connection connection = TestDatabase.connect(TestDatabase.parsedUrl());
                PreparedStatement count =
                        connection.prepareStatement("SELECT count(*) FROM socket WHERE identity = ?")) {
            count.setString(1, identity);
            ResultSet rows = count.executeQuery();
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Of another identity, whose window begins now and ends behind all that have begun. */
    private void passWindow() {
        String before = identity;
        identity = "another-" + UUID.randomUUID();
        connect(server).close();
        connected();
        disconnected();
        identity = before;
    }

    /** What was put into the outbox of reachability, the latest first. */
    private List<String> told() {
        return new Webhooks(server, service)
                .list("?PageSize=1000").stream()
                        .map(it -> it.getString("event_type"))
                        .toList();
    }

    @Test
    void eachEndpointIsToldWhenItComesAndWhenItGoes() {
        SocketClient first = connect(server);
        String one = connected();
        SocketClient second = connect(elsewhere);
        String other = connected();
        assertThat(one).isNotEmpty().isNotEqualTo(other);

        first.close();
        assertThat(disconnected()).isEqualTo(one);
        second.close();
        assertThat(disconnected()).isEqualTo(other);
    }

    @Test
    void nothingIsToldUnlessItIsAskedFor() {
        change("ReachabilityWebhooksEnabled", "false", "ReachabilityDebouncingEnabled", "true");
        SocketClient client = connect(server);
        awaitEndpoints(1);
        client.close();
        awaitEndpoints(0);

        change("ReachabilityWebhooksEnabled", "true");
        connect(server);

        connected();
        assertThat(told()).containsExactly("endpoint_connected");
    }

    @Test
    void nothingIsToldWhereThereIsNobodyToTell() {
        change("WebhookUrl", "");
        SocketClient client = connect(server);
        awaitEndpoints(1);
        client.close();
        awaitEndpoints(0);

        assertThat(told()).isEmpty();
    }

    @Test
    void whoComesBackInTimeHasNotBeenAway() {
        debounce();
        SocketClient first = connect(server);
        String one = connected();
        awaitEndpoints(1);
        first.close();
        awaitEndpoints(0);
        assertThat(presence().getBoolean("online")).isFalse();
        assertThat(identities(server.get("/lockstep/v1/Services/" + service + "/Presence")
                        .json()))
                .isEmpty();

        connect(elsewhere);

        assertThat(connected()).isNotEqualTo(one);
        passWindow();
        assertThat(told())
                .containsExactly(
                        "endpoint_disconnected", "endpoint_connected", "endpoint_connected", "endpoint_connected");
        assertThat(presence().getInteger("endpoint_count")).isEqualTo(1);
    }

    @Test
    void whoDoesNotComeBackIsToldWhenTheWindowHasEnded() {
        debounce();
        SocketClient first = connect(server);
        String one = connected();
        connect(elsewhere).close();
        connected();
        awaitEndpoints(1);
        long before = System.nanoTime();
        first.close();

        assertThat(disconnected()).isEqualTo(one);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(WINDOW, WINDOW.multipliedBy(3));
        assertThat(told()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoDevicesOneMayLeaveUnnoticed(boolean debouncing) {
        change("ReachabilityDebouncingEnabled", String.valueOf(debouncing));
        SocketClient stays = connect(server);
        connected();
        SocketClient leaves = connect(elsewhere);
        String left = connected();
        leaves.close();
        awaitEndpoints(1);

        if (!debouncing) {
            assertThat(disconnected()).isEqualTo(left);
        }
        passWindow();
        stays.close();
        assertThat(disconnected()).isNotEqualTo(left);
        assertThat(told()).hasSize((debouncing ? 3 : 4) + 2);
    }

    /** A client notices sooner than the server that a connection is dead. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEndpointWithTwoSocketsIsThereUntilBothHaveGone(boolean debouncing) {
        change("ReachabilityDebouncingEnabled", String.valueOf(debouncing));
        SocketClient early = connect(server);
        String endpoint = connected();
        SocketClient late = connect(elsewhere, continuation(early));
        awaitSockets(2);
        early.close();
        awaitSockets(1);
        connect(server).close(); // of which something is told behind what could be told of the first
        String other = connected();
        if (!debouncing) {
            assertThat(disconnected()).isEqualTo(other);
        }
        awaitEndpoints(1);

        late.close();
        assertThat(disconnected()).isEqualTo(endpoint);
    }

    @Test
    void aWindowThatRunsIsNotChanged() {
        debounce();
        SocketClient client = connect(server);
        connected();
        client.close();
        awaitEndpoints(0);
        change("ReachabilityDebouncingWindow", "30000");

        disconnected();

        change("ReachabilityDebouncingWindow", String.valueOf(WINDOW.toMillis()));
        connect(server).close();
        connected();
        awaitEndpoints(0);
        change("ReachabilityDebouncingEnabled", "false");
        disconnected();
        assertThat(told()).hasSize(4);
    }

    @Test
    void aServerThatStopsTellsWhoHasGone() {
        TestServer third = new TestServer();
        third.beforeAll(null);
        connect(third);
        String endpoint = connected();

        third.afterAll(null);

        assertThat(disconnected()).isEqualTo(endpoint);
        assertThat(presence().getBoolean("online")).isFalse();
    }

    /** More than are written at once. */
    @Test
    void aServerThatStopsWritesAllOfThem() {
        change("ReachabilityWebhooksEnabled", "false");
        TestServer third = new TestServer();
        third.beforeAll(null);
        for (int i = 0; i < 700; i++) {
            connect(third);
        }
        awaitEndpoints(700);

        third.afterAll(null);

        assertThat(presence().getInteger("endpoint_count")).isZero();
        assertThat(sockets()).isZero();
    }

    @Test
    void aDeletedServiceHasNobody() {
        SocketClient client = connect(server);
        connected();
        String other = service;
        newService();
        server.delete("/v1/Services/" + other);

        assertThat(client.closeCode()).isEqualTo(1000);
        assertThat(server.get("/lockstep/v1/Services/" + other + "/Presence").status())
                .isEqualTo(404);
    }

    @Test
    void anOperatorSeesWhoIsOnline() {
        assertThat(presence())
                .isEqualTo(new JsonObject()
                        .put("identity", identity)
                        .put("account_sid", server.account().sid().toString())
                        .put("service_sid", service)
                        .put("online", false)
                        .put("endpoint_count", 0)
                        .putNull("date_online")
                        .put("url", server.url("/lockstep/v1/Services/" + service + "/Presence/" + identity)));

        connect(server);
        connect(elsewhere);
        awaitEndpoints(2);
        assertThat(presence().getBoolean("online")).isTrue();
        assertThat(presence().getString("date_online")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void whoIsOnlineIsListedInPagesAndByName() {
        List<String> names = List.of("a", "b c", "ü", "日本");
        for (String name : names) {
            SocketClient client = SocketClient.open(server);
            clients.add(client);
            client.init(SocketClient.token(server.account(), key, name, service, 3600), null);
        }
        String path = "/lockstep/v1/Services/" + service + "/Presence";
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (identities(server.get(path).json()).size() < names.size()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }

        List<String> listed = new ArrayList<>();
        String next = path + "?PageSize=3";
        while (next != null) {
            JsonObject page = server.get(next).json();
            listed.addAll(identities(page));
            String url = page.getJsonObject("meta").getString("next_page_url");
            next = url == null ? null : url.substring(server.url("").length());
        }
        assertThat(listed).isEqualTo(names);
        JsonObject some = server.get(path + "?Identity=%C3%BC&Identity=nobody&Identity=b+c")
                .json();
        assertThat(identities(some)).containsExactly("ü", "nobody", "b c");
        assertThat(some.getJsonArray("presence").stream().map(it -> ((JsonObject) it).getBoolean("online")))
                .containsExactly(true, false, true);
        String tooMany = "?" + String.join("&", Arrays.asList(new String[101])).replace("null", "Identity=x");
        assertThat(server.get(path + tooMany.replaceFirst("=x", "=y")).status()).isEqualTo(200); // two names
        assertThat(server.get("/lockstep/v1/Services/IS" + "0".repeat(32) + "/Presence")
                        .status())
                .isEqualTo(404);
    }

    private static List<String> identities(JsonObject page) {
        JsonArray rows = page.getJsonArray("presence");
        return rows.stream().map(it -> ((JsonObject) it).getString("identity")).toList();
    }
}
