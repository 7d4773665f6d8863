package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client is told when the database is away, or broken. */
class OutageTest {

    private static final String SERVICES = "/v1/Services";

    private static final Vertx vertx = Vertx.vertx();
    private static final DatabaseUrl database = TestDatabase.newDatabase();
    private static final FaultyProxy proxy = new FaultyProxy(vertx, database);

    @RegisterExtension
    static final TestServer server = new TestServer(
            Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(proxy.url()), "LOCKSTEP_DATABASE_QUERY_TIMEOUT", "2s"));

    @AfterEach
    void letThrough() {
        proxy.refuse(false);
    }

    @AfterAll
    static void close() {
        Futures.await(vertx.close());
    }

    @Test
    void aDatabaseThatIsAwayIs503AndServiceResumesByItself() {
        server.get(SERVICES);
        proxy.refuse(true);

        Answer read = server.get(SERVICES);
        Answer write = server.post(SERVICES);

        assertError(read, 503, 20503);
        assertThat(read.header("Retry-After")).isEqualTo("1");
        assertError(write, 503, 20503);
        proxy.refuse(false);
        assertThat(server.get(SERVICES).status()).isEqualTo(200);
        assertThat(server.post(SERVICES).status()).isEqualTo(201);
    }

    @Test
    void connectionsThatDoNotAnswerAreLeftBehind() {
        server.get(SERVICES);
        server.post(SERVICES);
        proxy.freeze();

        server.get(SERVICES);
        server.post(SERVICES);

        assertThat(server.get(SERVICES).status()).isEqualTo(200);
        assertThat(server.post(SERVICES).status()).isEqualTo(201);
    }

    @Test
    void aWriteWhoseAnswerWasLostIsAnsweredOnce() {
        int before = server.get(SERVICES).json().getJsonArray("services").size();
        proxy.loseNextAnswerTo("INSERT 0 1");

        Answer answer = server.post(SERVICES);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(server.get(SERVICES).json().getJsonArray("services")).hasSize(before + 1);
    }

    @Test
    void aWriteThatNobodyKnowsOfIsNotAnswered() {
        server.get(SERVICES);
        String name = "FriendlyName=nobody-knows-of"; // its row tells this answer from those to our background tasks
        proxy.loseNextAnswerAndRefuse("nobody-knows-of");

        String answer = RawHttp.exchange(
                server.port(),
                "POST /v1/Services HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: " + name.length() + "\r\nAuthorization: "
                        + basic(server.account().sid() + ":" + server.account().secret()) + "\r\n\r\n" + name);

        assertThat(answer).isEmpty();
    }

    @Test
    void aBugIs500AndTellsNothing() {
        server.get(SERVICES);
        TestDatabase.execute(database, "ALTER TABLE service RENAME TO hidden");
        try {
            Answer answer = server.send(as(server.account(), server.request(SERVICES)));

            assertError(answer, 500, 20500);
            assertThat(answer.json().getString("message")).isEqualTo("Internal server error");
        } finally {
            TestDatabase.execute(database, "ALTER TABLE hidden RENAME TO service");
        }
    }
}
