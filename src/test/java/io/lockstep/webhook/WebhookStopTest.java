package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.Webhooks;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of webhooks that are being sent when the server stops. */
class WebhookStopTest {

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @Test
    void oneThatIsBeingSentIsFinishedAndNotSentAgain() throws Exception {
        TestServer server = new TestServer();
        server.beforeAll(null);
        Webhooks webhooks = Webhooks.of(server, receiver.url("/slow"));
        Promise<HttpServerRequest> arrived = Promise.promise();
        receiver.prepare("/slow", arrived::complete);
        webhooks.write("first");
        HttpServerRequest request =
                arrived.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.afterAll(null));
        awaitRefusal(server);
        assertThat(stopped).isNotDone();
        request.response().end();
        stopped.get(20, TimeUnit.SECONDS);

        assertThat(state(webhooks)).isEqualTo("delivered 1, 0 claims");
    }

    /** The port closes before what is being sent is waited for. */
    private static void awaitRefusal(TestServer server) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        boolean open = true;
        while (open) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            try {
                server.get("/v1/Services");
            } catch (AssertionError refused) {
                open = false;
            }
        }
    }

    private static String state(Webhooks webhooks) throws SQLException {
        String service = "'" + webhooks.serviceSid().substring(2) + "'";
        try (Connection connection = TestDatabase.connect(TestDatabase.parsedUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT state || ' ' || attempts || ', ' || (SELECT count(claim)"
                        + " FROM webhook_queue WHERE service_sid = " + service + " AND date_due > clock_timestamp())"
                        + " || ' claims' FROM webhook_delivery WHERE service_sid = " + service)) {
            row.next();
            return row.getString(1);
        }
    }
}
