package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP over the socket (server-requirements.md B and C). */
@ParameterizedClass(name = "access control: {0}")
@ValueSource(booleans = {false, true})
class ClientApiTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static Issued key;
    private static SocketClient client;

    @Parameter
    private boolean accessControl;

    @BeforeAll
    static void connect() {
        key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        client = SocketClient.open(server, token("alice"));
    }

    /** Who creates something may do everything with it, so that nothing is different for alice. */
    @BeforeEach
    void switchAccessControl() {
        server.post("/v1/Services/default", "AclEnabled", String.valueOf(accessControl));
    }

    private static String token(String identity) {
        return SocketClient.token(server.account(), key, identity, "default", 3600);
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    private static String unused() {
        return "name-" + UUID.randomUUID();
    }

    private static JsonObject create(String type, String body) {
        return client.ok("POST", "/v3/" + type, body);
    }

    private static String path(JsonObject resource) {
        return resource.getString("url").replaceFirst("^https?://[^/]+", "");
    }

    private static JsonObject withHeader(String name, String value) {
        return new JsonObject().put("headers", new JsonObject().put(name, value));
    }

    private static JsonObject withParameters(Object... pairs) {
        JsonObject parameters = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put((String) pairs[i], pairs[i + 1]);
        }
        return new JsonObject().put("params", parameters);
    }

    @Test
    void theTransportIsWellWhateverTheAnswerIs() {
        Received missing = client.http("GET", "/v3/Documents/" + unused());

        assertThat(missing.header().getJsonObject("status").getInteger("code")).isEqualTo(200);
        assertThat(missing.header().getJsonObject("http_status"))
                .isEqualTo(new JsonObject().put("code", 404).put("status", "Not Found"));
        assertThat(missing.header().getString("payload_type")).isEqualTo("application/json");
        assertThat(missing.json())
                .isEqualTo(
                        new JsonObject().put("status", 404).put("code", 54300).put("message", "Unique name not found"));
    }

    @Test
    void aDocumentHasAllThatClientsReadAndDataInReadsAlone() {
        String name = unused();
        JsonObject created = create(
                "Documents",
                new JsonObject()
                        .put("unique_name", name)
                        .put("data", new JsonObject("{\"a\":1}"))
                        .encode());
        JsonObject read = client.ok("GET", "/v3/Documents/" + name, "");

        assertThat(created.getString("sid")).matches("ET[0-9a-f]{32}");
        assertThat(created.getString("url"))
                .matches("http://127.0.0.1:\\d+/v3/Services/IS[0-9a-f]{32}/Documents/" + created.getString("sid"));
        assertThat(created.getValue("last_event_id")).isEqualTo(0);
        assertThat(created.getValue("revision")).isEqualTo("0");
        assertThat(created.getString("date_created")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(created.containsKey("date_expires")).isTrue();
        assertThat(created.getString("created_by")).isEqualTo("alice");
        assertThat(created.containsKey("data")).isFalse();
        assertThat(read.getJsonObject("data")).isEqualTo(new JsonObject("{\"a\":1}"));
        assertThat(client.ok("GET", path(created), "")).isEqualTo(read);
    }

    /** As clients spell it, so it is stored: a number is not rounded, a name not reordered. */
    @Test
    void dataIsKeptAsItWasSpelt() {
        String data = "{\"z\":1.000000000000000000001,\"a\":1E400,\"u\":\"\\u00e9\",\"n\":-0}";
        JsonObject created = create("Documents", "{ \"ttl\": 60 , \"data\" : " + data.replace(",", " , ") + " }");

        Received read = client.http("GET", path(created));

        assertThat(read.packet().payload().toString()).contains("\"data\":" + data);
    }

    @Test
    void aTimeToLiveAloneLeavesTheDataAndZeroEndsIt() {
        JsonObject created = create("Documents", "{\"data\":{\"a\":1}}");

        JsonObject limited = client.ok("POST", path(created), "{\"ttl\":60}");
        JsonObject unlimited = client.ok("POST", path(created), "{\"ttl\":0}");

        assertThat(limited.getString("date_expires")).isNotNull();
        assertThat(unlimited.getString("date_expires")).isNull();
        assertThat(client.ok("GET", path(created), "").getJsonObject("data")).isEqualTo(new JsonObject("{\"a\":1}"));
    }

    @Test
    void conditionsAreTakenWithAndWithoutQuotes() {
        JsonObject created = create("Documents", "{}");

        assertThat(client.http("POST", path(created), withHeader("If-Match", "0"), "{\"data\":{}}")
                        .status())
                .isEqualTo(200);
        assertThat(client.http("POST", path(created), withHeader("if-match", "\"1\""), "{\"data\":{}}")
                        .status())
                .isEqualTo(200);
        Received stale = client.http("POST", path(created), withHeader("If-Match", "0"), "{\"data\":{}}");
        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.code()).isEqualTo(54103);
    }

    @Test
    void anItemOfAMapIsCreatedThenReplacedAndMayBeAskedNotToBeThere() {
        String items = path(create("Maps", "{}")) + "/Items";
        String item = items + "/a%2Fb%20%C3%BC";

        Received created = client.http("PUT", item, withHeader("If-Match", "-1"), "{\"data\":{\"v\":1}}");
        Received there = client.http("PUT", item, withHeader("If-Match", "-1"), "{\"data\":{\"v\":2}}");
        Received replaced = client.http("PUT", item, "{\"data\":{\"v\":3}}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().getString("key")).isEqualTo("a/b ü");
        assertThat(path(created.json())).isEqualTo(item);
        assertThat(created.json().containsKey("data")).isFalse();
        assertThat(there.status()).isEqualTo(412);
        assertThat(there.code()).isEqualTo(54205);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().getInteger("last_event_id")).isEqualTo(1);
        assertThat(client.http("PUT", path(create("Maps", "{}")).replaceFirst("MP.*", "none/Items/k"), "{\"data\":{}}")
                        .code())
                .isEqualTo(54300);
    }

    /** The body of a DELETE is a slip of the SDK's. */
    @ParameterizedTest
    @ValueSource(strings = {"Lists", "Maps"})
    void aRemovedItemIsAnsweredWithItsEnd(String type) {
        String items = path(create(type, "{}")) + "/Items";
        String item = path(client.ok("POST", items, "{\"key\":\"k\",\"data\":{\"a\":1}}"));

        Received removed = client.http("DELETE", item, "data_sync");

        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.json().getInteger("last_event_id")).isEqualTo(1);
        assertThat(removed.json().getString("date_updated")).isNotNull();
        assertThat(removed.json().containsKey("data")).isFalse();
        assertThat(client.http("DELETE", item, "data_sync").status()).isEqualTo(404);
    }

    @Test
    void indexesBeginAtZeroAndAreNumbers() {
        String items = path(create("Lists", "{}")) + "/Items";

        assertThat(client.ok("POST", items, "{\"data\":{}}").getValue("index")).isEqualTo(0);
        client.http("DELETE", items + "/0");
        assertThat(client.ok("POST", items, "{\"data\":{}}").getValue("index")).isEqualTo(1);
    }

    @Test
    void aQueryTellsExactlyWhetherSomethingPrecedesOrFollows() {
        String items = path(create("Maps", "{}")) + "/Items";
        for (String each : new String[] {"a", "b", "c", "d"}) {
            client.ok("PUT", items + "/" + each, "{\"data\":{}}");
        }

        assertPage(query(items), "a,b,c,d", false, false);
        assertPage(query(items, "PageSize", "2"), "a,b", false, true);
        assertPage(query(items, "From", "b", "PageSize", "2"), "b,c", true, true);
        assertPage(query(items, "From", "bb"), "c,d", true, false);
        assertPage(query(items, "From", "a"), "a,b,c,d", false, false);
        assertPage(query(items, "From", "c", "Order", "desc"), "c,b,a", true, false);
        assertPage(query(items, "From", "c", "Bounds", "exclusive"), "d", true, false);
        assertPage(query(items, "From", "e"), "", true, false);
        assertPage(query(items, "Key", "c"), "c", false, false);
        assertPage(query(items, "Key", "none"), "", false, false);
        assertPage(query(path(create("Maps", "{}")) + "/Items"), "", false, false);
    }

    @Test
    void aPageTokenNeedsNothingBesideIt() {
        String items = path(create("Lists", "{}")) + "/Items";
        for (int i = 0; i < 5; i++) {
            client.ok("POST", items, "{\"data\":{}}");
        }

        JsonObject first = query(items, "PageSize", "2", "Order", "desc", "From", "3");
        JsonObject second = query(items, "PageToken", token(first, "next_token"));
        JsonObject back = query(items, "PageToken", token(second, "previous_token"));

        assertPage(first, "3,2", true, true);
        assertPage(second, "1,0", true, false);
        assertPage(back, "3,2", true, true);
        Received foreign = client.http(
                "GET",
                path(create("Lists", "{}")) + "/Items",
                withParameters("PageToken", token(first, "next_token")),
                "");
        assertThat(foreign.code()).isEqualTo(54453);
    }

    private static String token(JsonObject page, String name) {
        return page.getJsonObject("meta").getString(name);
    }

    private static JsonObject query(String items, Object... parameters) {
        Received answer = client.http("GET", items, withParameters(parameters), "");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private static void assertPage(JsonObject page, String names, boolean previous, boolean next) {
        JsonArray items = page.getJsonArray("items");
        assertThat(items.stream().map(it -> {
                    JsonObject item = (JsonObject) it;
                    assertThat(item.getJsonObject("data")).isNotNull();
                    return String.valueOf(item.getValue(item.containsKey("key") ? "key" : "index"));
                }))
                .containsExactlyElementsOf(names.isEmpty() ? List.of() : List.of(names.split(",", -1)));
        JsonObject meta = page.getJsonObject("meta");
        assertThat(meta.fieldNames()).contains("previous_token", "next_token");
        assertThat(meta.getString("previous_token") != null)
                .as("something precedes")
                .isEqualTo(previous);
        assertThat(meta.getString("next_token") != null).as("something follows").isEqualTo(next);
    }

    /** As the mobile SDK sends them, and with a plus for a blank. */
    @Test
    void parametersMayComeAsArraysAndPercentEncoded() {
        String items = path(create("Maps", "{}")) + "/Items";
        client.ok("PUT", items + "/a%20b", "{\"data\":{}}");
        client.ok("PUT", items + "/another", "{\"data\":{}}");

        assertPage(query(items, "Key", new JsonArray().add("a%20b")), "a b", false, false);
        assertPage(query(items, "Key", "a+b"), "a b", false, false);
    }

    @Test
    void theServiceOfAPathIsTheTokensOrNothingIsThere() {
        JsonObject created = create("Documents", "{}");
        String foreign = path(created).replaceFirst("IS[0-9a-f]{32}", "IS" + "0".repeat(32));

        assertThat(client.http("GET", "/a/prefix" + path(created)).status()).isEqualTo(200);
        assertThat(client.http("GET", foreign).status()).isEqualTo(404);
    }

    @Test
    void aWriteThatIsSentAgainUnderItsIdIsDoneOnce() {
        JsonObject list = create("Lists", "{}");
        String items = path(list) + "/Items";
        server.post("/v1/Services/default/Lists/" + list.getString("sid") + "/Permissions/bob", "Write", "true");
        JsonObject id = withHeader("Twilio-Request-Id", "RQ" + "a".repeat(30) + unused().substring(5, 7));

        String first = client.request("POST", items, id, "{\"data\":{}}");
        String meanwhile = client.request("POST", items, id, "{\"data\":{}}");
        JsonObject answer = client.reply(first).json();

        assertThat(client.reply(meanwhile).json()).isEqualTo(answer);
        try (SocketClient reconnected = SocketClient.open(server, token("alice"));
                SocketClient bob = SocketClient.open(server, token("bob"))) {
            assertThat(reconnected.http("POST", items, id, "{\"data\":{}}").json())
                    .isEqualTo(answer);
            assertThat(bob.http("POST", items, id, "{\"data\":{}}").json().getInteger("index"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /v3/Documents/none                          |                        | 404 | 54300
            GET    | /v3/Documents/ET00000000000000000000000000000000 |                   | 404 | 54100
            GET    | /v3/Documents/MP00000000000000000000000000000000 |                   | 404 | 20404
            GET    | /v3/Documents/%zz                           |                        | 400 | 20001
            POST   | /v3/Documents                               | nonsense               | 400 | 54008
            POST   | /v3/Documents                               | []                     | 400 | 54008
            POST   | /v3/Documents                               | {"data":[]}            | 400 | 54101
            POST   | /v3/Documents                               | {"ttl":-1}             | 400 | 54011
            POST   | /v3/Documents                               | {"ttl":31536001}       | 400 | 54011
            POST   | /v3/Documents                               | {"unique_name":""}     | 400 | 54302
            POST   | /v3/Documents                               | {"unique_name":"a\\u0000"} | 400 | 20001
            POST   | /v3/Documents | {"unique_name":"ET00000000000000000000000000000000"} | 400 | 54302
            POST   | /v3/Maps      | {"unique_name":"MP00000000000000000000000000000000"} | 400 | 54302
            POST   | /v3/Documents/none                          | {}                     | 400 | 54010
            POST   | /v3/Lists/none/Items                        | {}                     | 400 | 54156
            GET    | /v3/Lists/none/Items                        |                        | 404 | 54300
            GET    | /v3/Lists/none/Items/first                  |                        | 400 | 54458
            PUT    | /v3/Lists/none/Items/1                      | {"data":{}}            | 405 | 20004
            POST   | /v3/Maps/none/Items                         | {"data":{}}            | 400 | 54209
            POST   | /v3/Maps/none/Items                         | {"key":"k"}            | 400 | 54206
            POST   | /v3/Streams/none/Messages                   | {}                     | 400 | 54251
            POST   | /v3/Streams/none/Messages                   | {"data":{}}            | 404 | 54300
            GET    | /v3/Lists                                   |                        | 405 | 20004
            POST   | /v3/Insights/index/Items                    | {"query_string":""}    | 404 | 54502
            GET    | /v3/Configuration                           |                        | 404 | 20404
            GET    | /                                           |                        | 404 | 20404
            GET    | /v4/Subscriptions                           |                        | 405 | 20004
            POST   | /v4/Subscriptions                           | {}                     | 400 | 20001
            POST   | /v4/Subscriptions                           | [                      | 400 | 54008
            """)
    void whatIsWrongHasItsCode(String method, String path, String body, int status, int code) {
        Received answer = client.http(method, path, body == null ? "" : body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().getInteger("status")).isEqualTo(status);
    }

    @Test
    void aRequestWithoutPathOrGrantIsRefused() {
        Received pathless = client.reply(client.send(
                new JsonObject().put("method", "message").put("http_request", new JsonObject().put("method", "GET"))));
        Received chat = client.reply(client.send(new JsonObject()
                .put("method", "message")
                .put("active_grant", "chat")
                .put("http_request", new JsonObject().put("method", "GET").put("path", "/v3/Lists/x"))));

        assertThat(pathless.status()).isEqualTo(400);
        assertThat(chat.status()).isEqualTo(403);
    }

    /** Twice, for the second shows that the first has left the socket as it was. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"http_request\":\"GET\"}", "{\"http_request\":{\"method\":1,\"path\":2}}"})
    void aMessageThatIsNoRequestIsRefused(String header) {
        for (int i = 0; i < 2; i++) {
            Received answer = client.reply(client.send(new JsonObject(header).put("method", "message")));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo(400);
        }
    }

    /** They cannot be stored as they are, and are not to become something else. */
    @Test
    void halfACharacterInAPathOrAParameterIsRefused() {
        assertThat(client.http("GET", "/v3/Documents/\ud800").code()).isEqualTo(20001);
        assertThat(client.http("GET", "/v3/Maps/none/Items", withParameters("Key", "\ud800"), "")
                        .code())
                .isEqualTo(20001);
    }

    /** Whatever host the request names, which is never where the client has connected to. */
    @Nested
    class BehindAPublicAddress {

        @RegisterExtension
        static final TestServer published =
                new TestServer(Map.of("LOCKSTEP_PUBLIC_URL", "https://sync.example.com/base"));

        @Test
        void addressesBeginWithIt() {
            try (SocketClient there = SocketClient.open(published, token("alice"))) {
                JsonObject map = there.ok("POST", "/v3/Maps", "{}");
                JsonObject item = there.ok("PUT", "/v3/Maps/" + map.getString("sid") + "/Items/k", "{\"data\":{}}");

                assertThat(List.of(
                                map.getString("url"),
                                map.getJsonObject("links").getString("items"),
                                item.getString("url")))
                        .allMatch(it -> it.startsWith("https://sync.example.com/base/v3/Services/IS"));
                assertThat(there.ok("GET", item.getString("url").substring("https://sync.example.com".length()), ""))
                        .isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Documents", "Lists", "Maps", "Streams"})
    void aNameThatIsTakenIsAConflict(String type) {
        String body = new JsonObject().put("unique_name", unused()).encode();

        assertThat(client.http("POST", "/v3/" + type, body).status()).isEqualTo(201);
        Received taken = client.http("POST", "/v3/" + type, body);
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.code()).isEqualTo(54301);
    }
}
