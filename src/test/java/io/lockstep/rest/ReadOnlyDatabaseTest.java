package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of sessions that take no writes: those of a server that is no primary any more, behind a proxy. */
class ReadOnlyDatabaseTest {

    private static final String SERVICES = "/v1/Services";

    private static final Vertx vertx = Vertx.vertx();
    private static final DatabaseUrl database = TestDatabase.newDatabase();
    private static final FaultyProxy proxy = new FaultyProxy(vertx, database);

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(proxy.url())));

    @AfterEach
    void takeWrites() {
        newSessionsAreReadOnly(false);
        cutAll();
    }

    @AfterAll
    static void close() {
        Futures.await(vertx.close());
    }

    @Test
    void writesAreToldToComeBackAndSucceedAsSoonAsTheyCan() {
        String service = SERVICES + "/" + server.post(SERVICES).json().getString("sid");
        newSessionsAreReadOnly(true);
        cutAll();

        Answer single = server.post(SERVICES);
        Answer batched = server.post(service + "/Documents");
        Answer once = server.send(
                as(server.account(), server.postForm(SERVICES, "").header("Idempotency-Key", "a-key-of-this-test")));

        assertUnavailable(single);
        assertUnavailable(batched);
        assertUnavailable(once);
        assertThat(ready()).isEqualTo(503);
        newSessionsAreReadOnly(false); // of which those that there are take no notice
        assertThat(server.post(SERVICES).status()).isEqualTo(201);
        assertThat(server.post(service + "/Documents").status()).isEqualTo(201);
        assertThat(server.post(service + "/Lists").status()).isEqualTo(201);
    }

    private static void assertUnavailable(Answer answer) {
        assertError(answer, 503, 20503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    private static int ready() {
        URI health = URI.create("http://127.0.0.1:" + server.managementPort() + "/health/ready");
        return server.send(HttpRequest.newBuilder(health)).status();
    }

    private static void newSessionsAreReadOnly(boolean readOnly) {
        TestDatabase.execute(
                TestDatabase.parsedUrl(),
                "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = " + readOnly);
    }

    private static void cutAll() {
        proxy.refuse(true);
        proxy.refuse(false);
    }
}
