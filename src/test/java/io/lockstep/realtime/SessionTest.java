package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport: who is let in, what is understood, and when it ends (server-requirements.md A and F). */
class SessionTest {

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of(
            "LOCKSTEP_ALLOWED_ORIGINS", "https://app.example.org",
            "LOCKSTEP_PING_INTERVAL", "200ms",
            "LOCKSTEP_REQUEST_TIMEOUT", "1s",
            "LOCKSTEP_IDLE_TIMEOUT", "700ms"));

    private Issued account;
    private Issued key;

    @BeforeEach
    void newAccount() {
        account = server.newAccount();
        key = server.administer(tools -> tools.administration().createKey(account.sid(), "test"));
    }

    private String token(String identity, long seconds) {
        return SocketClient.token(account, key, identity, "default", seconds);
    }

    private SocketClient open() {
        return SocketClient.open(server, token("alice", 3600));
    }

    @Test
    void aGoodTokenIsAnsweredWithAllThatClientsUse() {
        try (SocketClient client = SocketClient.open(server)) {
            JsonObject reply = client.init(
                    token("alice", 3600),
                    null,
                    "client_update",
                    "offline_storage",
                    "telemetry.v1",
                    "account_descriptor");

            assertThat(reply.getJsonObject("status")).isEqualTo(new JsonObject("{\"code\":200,\"status\":\"OK\"}"));
            assertThat(reply.getJsonArray("capabilities"))
                    .isEqualTo(new JsonArray().add("client_update").add("offline_storage"));
            assertThat(reply.getString("continuation_token")).isNotEmpty();
            assertThat(reply.getJsonObject("continuation_token_status").getString("reissue_reason"))
                    .isEqualTo("MISSING");
            assertThat(storageId(reply)).isNotEmpty();
            assertThat(reply.getJsonObject("account_descriptor").getString("identity"))
                    .isEqualTo("alice");
            assertThat(reply.getInteger("payload_size")).isZero();
        }
    }

    @Test
    void onlyWhatAClientAsksForIsPromisedToIt() {
        JsonObject reply = initOf("alice", null);

        assertThat(reply.getJsonArray("capabilities")).isEmpty();
        assertThat(reply.containsKey("account_descriptor")).isFalse();
    }

    private static String storageId(JsonObject reply) {
        return reply.getJsonObject("offline_storage").getJsonObject("data_sync").getString("storage_id");
    }

    @Test
    void aContinuationTokenIsGoodForItsIdentityAlone() {
        JsonObject first = initOf("alice", null);
        JsonObject again = initOf("alice", first.getString("continuation_token"));
        JsonObject other = initOf("bob", first.getString("continuation_token"));
        JsonObject forged = initOf("alice", first.getString("continuation_token") + "x");

        assertThat(again.getString("continuation_token")).isEqualTo(first.getString("continuation_token"));
        assertThat(again.getJsonObject("continuation_token_status").getBoolean("reissued"))
                .isFalse();
        for (JsonObject reissued : List.of(other, forged)) {
            assertThat(reissued.getString("continuation_token")).isNotEqualTo(first.getString("continuation_token"));
            assertThat(reissued.getJsonObject("continuation_token_status").getBoolean("reissued"))
                    .isTrue();
        }
        assertThat(storageId(forged)).isEqualTo(storageId(first)); // of another endpoint
        assertThat(storageId(again)).isEqualTo(storageId(first)).isNotEqualTo(storageId(other));
    }

    private JsonObject initOf(String identity, String continuationToken) {
        try (SocketClient client = SocketClient.open(server)) {
            return client.init(token(identity, 3600), continuationToken);
        }
    }

    @Test
    void aTokenThatIsNoneIsRefusedAndTheSocketClosed() {
        assertRefused("nonsense", 20101, "Invalid Access Token");
    }

    @Test
    void anExpiredTokenIsRefusedByACodeOfItsOwn() {
        assertRefused(token("alice", -10), 20104, "Access Token expired or expiration date invalid");
    }

    @Test
    void aTokenForAServiceThatIsNotThereIsRefused() {
        String elsewhere = "IS" + "0".repeat(32);
        assertRefused(
                SocketClient.token(account, key, "alice", elsewhere, 3600),
                51104,
                "Access Token is for a Service Instance that is not there");
    }

    private static void assertRefused(String token, int code, String description) {
        try (SocketClient client = SocketClient.open(server)) {
            assertThat(client.init(token, null).getJsonObject("status"))
                    .isEqualTo(new JsonObject()
                            .put("code", 401)
                            .put("status", "UNAUTHORIZED")
                            .put("description", description)
                            .put("errorCode", code));
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void nothingIsDoneBeforeInit() {
        try (SocketClient client = SocketClient.open(server)) {
            client.request("POST", "/v3/Documents", new JsonObject(), "{}");

            Received last = client.next();
            assertThat(last.method()).isEqualTo("close");
            assertThat(last.header().getJsonObject("status").getInteger("code")).isEqualTo(401);
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\n\r\n", "TWILSOCK V3.0 5\r\n{}\r\n", "TWILSOCK V3.0 2\r\n{}\r\n"})
    void whatIsNoPacketEndsTheSocket(String bytes) {
        try (SocketClient client = open()) {
            client.raw(Buffer.buffer(bytes));
            assertUnacceptable(client);
        }
    }

    @Test
    void textEndsTheSocket() {
        try (SocketClient client = open()) {
            client.text("TWILSOCK V3.0 2\r\n{}\r\n");
            assertUnacceptable(client);
        }
    }

    private static void assertUnacceptable(SocketClient client) {
        JsonObject status =
                client.next(it -> it.method().equals("close")).header().getJsonObject("status");
        assertThat(status.getInteger("code")).isEqualTo(406);
        assertThat(status.getInteger("errorCode")).isEqualTo(51214);
        assertThat(client.closeCode()).isEqualTo(1000);
    }

    @Test
    void whatNeedsNoAnswerGetsNoneAndWhatIsUnknownIsRefusedWithoutEndingAnything() {
        try (SocketClient client = open()) {
            client.send(new JsonObject().put("method", "telemetry.v1"));
            client.send(new JsonObject().put("method", "reply"));
            String context = client.send(new JsonObject().put("method", "put_notification_ctx"), "{}");
            String dropped = client.send(new JsonObject().put("method", "delete_notification_ctx"));
            String unknown = client.send(new JsonObject().put("method", "dance"));

            assertThat(status(client.reply(context))).isEqualTo(200);
            assertThat(status(client.reply(dropped))).isEqualTo(200);
            assertThat(status(client.reply(unknown))).isEqualTo(400);
            assertThat(client.http("GET", "/v3/Documents/none").status()).isEqualTo(404);
            assertThat(client.rest()).allMatch(it -> it.method().equals("ping"));
        }
    }

    private static int status(Received reply) {
        return reply.header().getJsonObject("status").getInteger("code");
    }

    @Test
    void aQuietSocketIsPingedAndOutlivesTheTimeOfIdleHttp() {
        try (SocketClient client = open()) {
            Received first = client.next(it -> it.method().equals("ping"));
            Received second = client.next(it -> it.method().equals("ping"));

            assertThat(second.header().getString("id"))
                    .isNotEqualTo(first.header().getString("id"));
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void aSocketWithoutATokenIsClosedInTime() {
        try (SocketClient client = SocketClient.open(server)) {
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void pagesFromElsewhereMayNotConnect() {
        assertThat(handshakeFrom("https://app.example.org")).isEqualTo(101);
        assertThat(handshakeFrom("https://evil.example.org")).isEqualTo(403);
    }

    private static int handshakeFrom(String origin) {
        Throwable refused = catchThrowable(() -> HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + server.port() + "/v3/wsconnect"), new WebSocket.Listener() {})
                .join()
                .abort());
        return refused == null
                ? 101
                : ((WebSocketHandshakeException) ((CompletionException) refused).getCause())
                        .getResponse()
                        .statusCode();
    }

    @Test
    void aRequestThatIsNoUpgradeIsToldSo() {
        assertThat(server.get("/v3/wsconnect").status()).isEqualTo(426);
    }

    @Test
    void aTokenIsExchangedForOneOfTheSameIdentityOnly() {
        try (SocketClient client = open()) {
            assertThat(update(client, token("alice", 7200)).getInteger("code")).isEqualTo(200);
            JsonObject other = update(client, token("bob", 7200));
            assertThat(other.getInteger("code")).isEqualTo(401);
            assertThat(other.getString("status")).isEqualTo("UNAUTHORIZED");
            assertThat(other.getInteger("errorCode")).isEqualTo(51215);
            assertThat(update(client, "nonsense").getInteger("errorCode")).isEqualTo(20101);
            assertThat(client.http("GET", "/v3/Documents/none").status()).isEqualTo(404);
        }
    }

    private static JsonObject update(SocketClient client, String token) {
        return client.reply(client.send(new JsonObject().put("method", "update").put("token", token)))
                .header()
                .getJsonObject("status");
    }

    @Test
    void anExpiringTokenIsWarnedOfAndEndsTheSocketWithoutAPacket() {
        try (SocketClient client = SocketClient.open(server)) {
            client.init(token("alice", 1), null, "client_update");

            assertThat(client.next(it -> it.method().equals("client_update"))
                            .header()
                            .getString("client_update_type"))
                    .isEqualTo("token_about_to_expire");
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.rest()).noneMatch(it -> it.method().equals("close"));
        }
    }

    /** Between three and four minutes before the end, or at once when it is nearer already. */
    @Test
    void aTokenIsWarnedOfInGoodTimeAndNotBefore() {
        try (SocketClient soon = SocketClient.open(server);
                SocketClient later = SocketClient.open(server);
                SocketClient old = SocketClient.open(server)) {
            soon.init(token("alice", 200), null, "client_update");
            later.init(token("alice", 300), null, "client_update");
            old.init(token("alice", 200), null);

            soon.next(it -> it.method().equals("client_update"));
            for (SocketClient unwarned : List.of(later, old)) {
                unwarned.next(it -> it.method().equals("ping"));
                assertThat(unwarned.rest()).noneMatch(it -> it.method().equals("client_update"));
            }
            assertThat(update(soon, token("alice", 100)).getInteger("code")).isEqualTo(200);
            soon.next(it -> it.method().equals("client_update"));
        }
    }

    @Test
    void aDeletedKeyEndsTheSessionsThatItHasLetIn() {
        try (SocketClient client = open();
                SocketClient bystander = SocketClient.open(server, bystanderToken())) {
            server.administer(tools -> tools.apiKeys().delete(key.sid()));

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(bystander.http("GET", "/v3/Documents/none").status()).isEqualTo(404);
        }
    }

    @Test
    void aSuspendedAccountEndsItsSessions() {
        try (SocketClient client = open()) {
            server.administer(tools -> tools.accounts().setActive(account.sid(), false));

            assertThat(client.closeCode()).isEqualTo(1000);
            assertRefused(token("alice", 3600), 20005, "Account not active");
        }
    }

    private String bystanderToken() {
        Issued other = server.administer(tools -> tools.administration().createKey(account.sid(), "other"));
        return SocketClient.token(account, other, "bob", "default", 3600);
    }

    @Test
    void aDeletedServiceEndsTheSessionsInIt() {
        String service = server.post("/v1/Services").json().getString("sid");
        Issued serverKey = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        try (SocketClient client =
                SocketClient.open(server, SocketClient.token(server.account(), serverKey, "alice", service, 3600))) {
            server.delete("/v1/Services/" + service);

            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    /** Pings are sent all the time, and never answered. */
    @Nested
    class WhoseClientsFallSilent {

        @RegisterExtension
        static final TestServer impatient =
                new TestServer(Map.of("LOCKSTEP_SOCKET_SILENCE", "1s", "LOCKSTEP_PING_INTERVAL", "200ms"));

        @Test
        void aClientThatSaysNothingIsLeft() {
            try (SocketClient client = SocketClient.open(impatient, token("alice", 3600))) {
                assertThat(client.closeCode()).isEqualTo(1001);
            }
        }
    }

    @Nested
    class WithFewConnections {

        @RegisterExtension
        static final TestServer small =
                new TestServer(Map.of("LOCKSTEP_MAX_CONNECTIONS", "4", "LOCKSTEP_EVENT_LOOPS", "1"));

        @Test
        void socketsThatHaveClosedMakeRoomForOthers() {
            for (int i = 0; i < 12; i++) {
                try (SocketClient client = SocketClient.open(small)) {
                    client.text("no packet");
                    assertThat(client.closeCode()).isEqualTo(1000);
                }
            }
        }
    }

    /** As Twilio does it. */
    @Nested
    class WithClosePackets {

        @RegisterExtension
        static final TestServer closing = new TestServer(Map.of("LOCKSTEP_TOKEN_EXPIRY", "close"));

        @Test
        void anExpiredTokenIsToldByAPacket() {
            try (SocketClient client = SocketClient.open(closing, token("alice", 1))) {
                JsonObject status =
                        client.next(it -> it.method().equals("close")).header().getJsonObject("status");
                assertThat(status.getInteger("code")).isEqualTo(410);
                assertThat(status.getInteger("errorCode")).isEqualTo(51207);
                assertThat(client.closeCode()).isEqualTo(1000);
            }
        }
    }
}
