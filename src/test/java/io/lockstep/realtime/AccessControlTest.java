package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may do, and when that ends (tokens-and-acl.md section 3). */
class AccessControlTest {

    private static final Duration AT_ONCE = Duration.ofMillis(1500); // a second, and what a busy machine adds

    @RegisterExtension
    static final TestServer server = new TestServer();

    /** Shares nothing with the other but the database. */
    @RegisterExtension
    static final TestServer elsewhere = new TestServer();

    private static Issued key;
    private final List<SocketClient> clients = new ArrayList<>();
    private String service;

    @BeforeAll
    static void newKey() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
    }

    @BeforeEach
    void newService() {
        service = server.post("/v1/Services", "AclEnabled", "true").json().getString("sid");
    }

    @AfterEach
    void disconnect() {
        clients.forEach(SocketClient::close);
    }

    private SocketClient connect(String identity) {
        SocketClient client =
                SocketClient.open(server, SocketClient.token(server.account(), key, identity, service, 3600));
        clients.add(client);
        return client;
    }

    private void switchAccessControl(boolean on) {
        server.post("/v1/Services/" + service, "AclEnabled", Boolean.toString(on));
    }

    /** Created by REST, so that nobody has a right on it; with an item, if it is a collection. */
    private String create(Type type) {
        String path = "/v1/Services/" + service + "/" + type.path;
        String sid = server.post(path).json().getString("sid");
        if (type == Type.LIST || type == Type.MAP) {
            server.post(path + "/" + sid + "/Items", "Key", "0", "Data", "{}");
        }
        return sid;
    }

    private void grant(TestServer node, Type type, String sid, String identity, String rights) {
        assertThat(node.send(TestServer.as(
                                server.account(),
                                node.postForm(
                                        permission(type, sid, identity),
                                        TestServer.encode(
                                                "Read", String.valueOf(rights.contains("r")),
                                                "Write", String.valueOf(rights.contains("w")),
                                                "Manage", String.valueOf(rights.contains("m"))))))
                        .status())
                .isEqualTo(200);
    }

    private String permission(Type type, String sid, String identity) {
        return "/v1/Services/" + service + "/" + type.path + "/" + sid + "/Permissions/" + identity;
    }

    private static Received follow(SocketClient client, Type type, String sid) {
        client.subscribe(4, 7, sid, type.word, null);
        return client.next(it -> it.method().equals("notification")
                && it.json().getString("event_type").startsWith("subscription_"));
    }

    private static JsonObject outcome(Received received) {
        return received.json().getJsonArray("events").getJsonObject(0);
    }

    /** Each operation with each set of rights; a dash for none. */
    @ParameterizedTest
    @CsvSource({
        "DOCUMENT,-",
        "DOCUMENT,r",
        "DOCUMENT,w",
        "DOCUMENT,m",
        "DOCUMENT,rw",
        "DOCUMENT,rm",
        "DOCUMENT,wm",
        "DOCUMENT,rwm",
        "LIST,-",
        "LIST,r",
        "LIST,w",
        "LIST,m",
        "LIST,rw",
        "LIST,rm",
        "LIST,wm",
        "LIST,rwm",
        "MAP,-",
        "MAP,r",
        "MAP,w",
        "MAP,m",
        "MAP,rw",
        "MAP,rm",
        "MAP,wm",
        "MAP,rwm"
    })
    void eachRightAllowsItsOperationsAndNoOthers(Type type, String rights) {
        String sid = create(type);
        grant(server, type, sid, "alice", rights);
        SocketClient alice = connect("alice");

        for (Operation operation : type.operations()) {
            int status = alice.http(operation.method(), operation.path(sid), operation.body())
                    .status();
            if (rights.contains(operation.right())) {
                assertThat(status).as(operation.toString()).isBetween(200, 299);
            } else {
                assertThat(status).as(operation.toString()).isEqualTo(403);
            }
        }
        Received answer = alice.http("GET", "/v3/" + type.path + "/" + sid);
        assertThat(answer.status()).isEqualTo(rights.contains("m") ? 404 : rights.contains("r") ? 200 : 403);
        if (answer.status() == 403) {
            assertThat(answer.code()).isEqualTo(54007);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCUMENT", "LIST", "MAP"})
    void whoMayReadMayFollowAndNobodyElse(Type type) {
        String sid = create(type);
        grant(server, type, sid, "reader", "r");
        grant(server, type, sid, "writer", "wm");

        assertThat(follow(connect("reader"), type, sid).json().getString("event_type"))
                .isEqualTo("subscription_established");
        for (String other : List.of("writer", "stranger")) {
            assertThat(outcome(follow(connect(other), type, sid))
                            .getJsonObject("error")
                            .getInteger("code"))
                    .isEqualTo(54007);
        }
    }

    /** Records of permissions may be there; nobody looks at them. */
    @ParameterizedTest
    @EnumSource(Type.class)
    void withoutAccessControlEverybodyMayDoEverything(Type type) {
        switchAccessControl(false);
        String sid = create(type);
        if (type != Type.STREAM) {
            grant(server, type, sid, "alice", "-");
        }
        SocketClient alice = connect("alice");

        assertThat(follow(alice, type, sid).json().getString("event_type")).isEqualTo("subscription_established");
        for (Operation operation : type.operations()) {
            assertThat(alice.http(operation.method(), operation.path(sid), operation.body())
                            .status())
                    .as(operation.toString())
                    .isBetween(200, 299);
        }
    }

    /** They have no permissions; and whoever creates something may do everything with it. */
    @ParameterizedTest
    @EnumSource(Type.class)
    void everybodyMayCreateAndUseStreams(Type type) {
        SocketClient alice = connect("alice");
        String sid = type == Type.STREAM
                ? create(type)
                : alice.ok("POST", "/v3/" + type.path, "{}").getString("sid");
        if (type == Type.LIST || type == Type.MAP) {
            alice.ok("POST", "/v3/" + type.path + "/" + sid + "/Items", "{\"key\":\"0\",\"data\":{}}");
        }

        assertThat(follow(alice, type, sid).json().getString("event_type")).isEqualTo("subscription_established");
        for (Operation operation : type.operations()) {
            assertThat(alice.http(operation.method(), operation.path(sid), operation.body())
                            .status())
                    .as(operation.toString())
                    .isBetween(200, 299);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCUMENT", "LIST", "MAP"})
    void whoLosesTheRightToReadIsToldSoAndNothingMore(Type type) {
        String sid = create(type);
        grant(server, type, sid, "alice", "r");
        grant(server, type, sid, "bob", "r");
        SocketClient alice = connect("alice");
        SocketClient bob = connect("bob");
        follow(alice, type, sid);
        follow(bob, type, sid);

        long before = System.nanoTime();
        grant(elsewhere, type, sid, "alice", "wm");

        assertGivenUp(alice, sid, before);
        change(type, sid);
        bob.next(it -> it.method().equals("notification"));
        assertThat(bob.rest()).noneMatch(it -> it.toString().contains("subscription_failed"));
        assertThat(alice.rest()).noneMatch(it -> it.toString().contains("updated"));
    }

    private static void assertGivenUp(SocketClient client, String sid, long since) {
        Received failed = client.event("subscription_failed");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(AT_ONCE);
        assertThat(failed.json().containsKey("correlation_id")).isTrue(); // the SDK compares it with null
        assertThat(failed.json().getValue("correlation_id")).isNull();
        assertThat(outcome(failed).getString("object_sid")).isEqualTo(sid);
        assertThat(outcome(failed).getJsonObject("error").getInteger("status")).isEqualTo(403);
        assertThat(outcome(failed).getJsonObject("error").getInteger("code")).isEqualTo(54007);
    }

    private void change(Type type, String sid) {
        String path = "/v1/Services/" + service + "/" + type.path + "/" + sid;
        assertThat(server.post(type == Type.DOCUMENT ? path : path + "/Items/0", "Data", "{\"n\":1}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDeletedPermissionEndsWhatItAllowed() {
        String sid = create(Type.DOCUMENT);
        grant(server, Type.DOCUMENT, sid, "alice", "rwm");
        SocketClient alice = connect("alice");
        follow(alice, Type.DOCUMENT, sid);

        long before = System.nanoTime();
        assertThat(elsewhere
                        .send(TestServer.as(
                                        server.account(), elsewhere.request(permission(Type.DOCUMENT, sid, "alice")))
                                .DELETE())
                        .status())
                .isEqualTo(204);

        assertGivenUp(alice, sid, before);
        assertThat(alice.http("POST", "/v3/Documents/" + sid, "{\"data\":{}}").code())
                .isEqualTo(54007);
    }

    /** Who has the right goes on following; streams need none. */
    @Test
    void whenAccessControlBeginsWhoMayNotReadIsToldSo() {
        switchAccessControl(false);
        String document = create(Type.DOCUMENT);
        String map = create(Type.MAP);
        String stream = create(Type.STREAM);
        grant(server, Type.MAP, map, "alice", "r");
        SocketClient alice = connect("alice");
        follow(alice, Type.DOCUMENT, document);
        follow(alice, Type.MAP, map);
        follow(alice, Type.STREAM, stream);

        long before = System.nanoTime();
        assertThat(elsewhere
                        .send(TestServer.as(
                                server.account(), elsewhere.postForm("/v1/Services/" + service, "AclEnabled=true")))
                        .status())
                .isEqualTo(200);

        assertGivenUp(alice, document, before);
        change(Type.MAP, map);
        server.post("/v1/Services/" + service + "/Streams/" + stream + "/Messages", "Data", "{}");
        alice.event("map_item_updated");
        alice.event("stream_message_published");
        assertThat(alice.rest()).noneMatch(it -> it.toString().contains("subscription_failed"));
    }

    /** Asking again after the right has come back is as good as asking for the first time. */
    @Test
    void aRightThatIsGivenAgainLetsFollowAgain() {
        String sid = create(Type.LIST);
        grant(server, Type.LIST, sid, "alice", "r");
        SocketClient alice = connect("alice");
        follow(alice, Type.LIST, sid);
        long before = System.nanoTime();
        grant(server, Type.LIST, sid, "alice", "-");
        assertGivenUp(alice, sid, before);

        grant(server, Type.LIST, sid, "alice", "r");

        assertThat(follow(alice, Type.LIST, sid).json().getString("event_type")).isEqualTo("subscription_established");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Documents", "Lists", "Maps"})
    void restIsNeverLimited(String path) {
        String objects = "/v1/Services/" + service + "/" + path;
        String object = objects + "/" + server.post(objects).json().getString("sid");

        assertThat(server.get(object).status()).isEqualTo(200);
        assertThat(server.post(path.equals("Documents") ? object : object + "/Items", "Key", "k", "Data", "{\"n\":1}")
                        .status())
                .isBetween(200, 201);
        assertThat(server.delete(object).status()).isEqualTo(204);
    }

    /** What is asked of an object's kind, and the right that it needs; the removal comes last. */
    private enum Type {
        DOCUMENT("Documents", "document"),
        LIST("Lists", "list"),
        MAP("Maps", "map"),
        STREAM("Streams", "stream");

        private final String path;
        private final String word;

        Type(String path, String word) {
            this.path = path;
            this.word = word;
        }

        List<Operation> operations() {
            String object = "/v3/" + path + "/%s";
            String items = object + "/Items";
            List<Operation> operations = new ArrayList<>();
            operations.add(new Operation("GET", object, "", this == STREAM ? "" : "r"));
            operations.add(new Operation("POST", object, "{\"ttl\":60}", this == STREAM ? "" : "w"));
            switch (this) {
                case DOCUMENT -> operations.add(new Operation("POST", object, "{\"data\":{\"n\":1}}", "w"));
                case STREAM -> operations.add(new Operation("POST", object + "/Messages", "{\"data\":{}}", ""));
                case LIST, MAP -> {
                    operations.add(new Operation("GET", items, "", "r"));
                    operations.add(new Operation("GET", items + "/0", "", "r"));
                    operations.add(new Operation("POST", items, "{\"key\":\"new\",\"data\":{}}", "w"));
                    operations.add(new Operation("POST", items + "/0", "{\"data\":{\"n\":1}}", "w"));
                    operations.add(new Operation("POST", items + "/0", "{\"ttl\":60}", "w"));
                    if (this == MAP) {
                        operations.add(new Operation("PUT", items + "/0", "{\"data\":{\"n\":2}}", "w"));
                    }
                    operations.add(new Operation("DELETE", items + "/0", "data_sync", "w"));
                }
            }
            operations.add(new Operation("DELETE", object, "data_sync", this == STREAM ? "" : "m"));
            return operations;
        }
    }

    private record Operation(String method, String pattern, String body, String right) {

        String path(String sid) {
            return pattern.formatted(sid);
        }
    }
}
