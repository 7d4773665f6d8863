package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that stops (server-requirements.md 57). */
class StopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void whatWasAskedForIsAnsweredBeforeTheSocketIsClosed() {
        TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));
        server.beforeAll(null);
        Issued key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        try (SocketClient client =
                SocketClient.open(server, SocketClient.token(server.account(), key, "alice", "default", 3600))) {
            List<String> asked = new ArrayList<>();
            asked.add(client.request("POST", "/v3/Documents", new JsonObject(), "{}"));
            client.reply(asked.get(0));
            for (int i = 0; i < 50; i++) {
                asked.add(client.request("POST", "/v3/Documents", new JsonObject(), "{}"));
            }
            Received one = client.reply(asked.get(1)); // those behind it have been read with it, or will never be

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.afterAll(null));

            assertThat(one.status()).isEqualTo(201);
            assertThat(client.closeCode()).isEqualTo(1001);
            stopped.join();
            assertThat(client.rest()).allMatch(it -> it.status() == 201);
        }
    }

    /** However long that takes, up to LOCKSTEP_SHUTDOWN_TIMEOUT: here a row is locked by somebody else. */
    @Test
    void aWriteThatIsUnderWayIsWaitedFor() throws SQLException {
        TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));
        server.beforeAll(null);
        Issued key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        try (SocketClient client =
                        SocketClient.open(server, SocketClient.token(server.account(), key, "alice", "default", 3600));
                Connection connection = TestDatabase.connect(TestDatabase.parsedUrl());
                Statement statement = connection.createStatement()) {
            String sid = client.ok("POST", "/v3/Documents", "{}").getString("sid");
            connection.setAutoCommit(false);
            statement.execute("SELECT FROM document WHERE sid = '" + sid.substring(2) + "' FOR UPDATE");
            String asked = client.request("POST", "/v3/Documents/" + sid, new JsonObject(), "{\"data\":{\"n\":1}}");
            awaitWaiting();

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.afterAll(null));
            awaitRefusal(server);
            assertThat(client.isOpen()).isTrue();
            connection.commit();

            assertThat(client.reply(asked).status()).isEqualTo(200);
            assertThat(client.closeCode()).isEqualTo(1001);
            stopped.join();
        }
    }

    /** Their clients would else come to the other nodes all at once. */
    @Test
    void socketsAreClosedOneAfterTheOtherAndGoOnUntilThen() {
        TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));
        server.beforeAll(null);
        Issued key = server.administer(
                tools -> tools.administration().createKey(server.account().sid(), "test"));
        List<SocketClient> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            clients.add(SocketClient.open(
                    server, SocketClient.token(server.account(), key, "client-" + i, "default", 3600)));
        }

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.afterAll(null));

        assertThat(clients.get(0).closeCode()).isEqualTo(1001);
        SocketClient last = clients.get(clients.size() - 1);
        assertThat(last.ok("POST", "/v3/Documents", "{}").getString("sid")).isNotNull();
        assertThat(server.get("/v1/Services").status())
                .as("requests are answered meanwhile")
                .isEqualTo(200);
        assertThat(clients).allMatch(client -> client.closeCode() == 1001);
        stopped.join();
    }

    private static void awaitWaiting() throws SQLException {
        try (Connection connection = TestDatabase.connect(TestDatabase.parsedUrl());
                Statement statement = connection.createStatement()) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int waiting = 0;
            while (waiting == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE application_name = 'lockstep' AND wait_event_type = 'Lock'");
                rows.next();
                waiting = rows.getInt(1);
            }
        }
    }

    /** A server that stops opens no sockets. */
    private static void awaitRefusal(TestServer server) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (server.get("/v3/wsconnect").status() != 503) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
