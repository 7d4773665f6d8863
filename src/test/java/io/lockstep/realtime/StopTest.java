package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.realtime.SocketClient.Received;
import io.lockstep.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that stops (server-requirements.md 57). */
class StopTest {

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
}
