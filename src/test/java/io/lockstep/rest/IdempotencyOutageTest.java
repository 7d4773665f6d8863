package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.basic;
import static io.lockstep.testing.TestServer.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Idempotency-Key is for: a connection is lost in the middle of a request, and the client sends it again. */
class IdempotencyOutageTest {

    private static final String SERVICES = "/v1/Services";

    private static final Vertx vertx = Vertx.vertx();
    private static final DatabaseUrl database = TestDatabase.newDatabase();
    private static final FaultyProxy proxy = new FaultyProxy(vertx, database);

    @RegisterExtension
    static final TestServer one = new TestServer(
            Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(proxy.url()), "LOCKSTEP_DATABASE_QUERY_TIMEOUT", "2s"));

    @RegisterExtension
    static final TestServer other = new TestServer(Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(database)));

    private final String key = UUID.randomUUID().toString();
    private String documents;
    private String document;

    @BeforeEach
    void newDocument() {
        String service = one.post(SERVICES).json().getString("sid");
        documents = SERVICES + "/" + service + "/Documents";
        document = documents + "/" + one.post(documents).json().getString("sid");
    }

    @AfterEach
    void letThrough() {
        proxy.refuse(false);
    }

    @AfterAll
    static void close() {
        Futures.await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "SELECT", "UPDATE 1", "INSERT 0 1", "COMMIT"})
    void anUpdateWhoseConnectionIsLostIsDoneOnce(String answer) {
        proxy.loseNextAnswerTo(answer);

        Answer first = post(one, document, "Data", "{\"a\":1}");
        Answer again = post(other, document, "Data", "{\"a\":1}");

        assertThat(first.status()).isEqualTo(200);
        assertSame(again, first);
        assertThat(one.get(document).json().getString("revision")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "SELECT 0", "INSERT 0 1", "COMMIT"})
    void aServiceWhoseConnectionIsLostIsCreatedOnce(String answer) {
        int before = count(SERVICES, "services");
        proxy.loseNextAnswerTo(answer);

        Answer first = post(one, SERVICES, "FriendlyName", "x");
        Answer again = post(other, SERVICES, "FriendlyName", "x");

        assertThat(first.status()).isEqualTo(201);
        assertSame(again, first);
        assertThat(count(SERVICES, "services")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "SELECT 0", "INSERT 0 1", "COMMIT"})
    void aPermissionWhoseConnectionIsLostIsSetOnce(String answer) {
        String permission = document + "/Permissions/alice";
        proxy.loseNextAnswerTo(answer);

        Answer first = post(one, permission, "Read", "true");
        one.post(permission, "Write", "true");
        Answer again = post(other, permission, "Read", "true");

        assertThat(first.status()).isEqualTo(200);
        assertSame(again, first);
        assertThat(one.get(permission).json().getBoolean("read")).isFalse();
    }

    @Test
    void whoGotNoAnswerGetsItFromAnotherNode() {
        proxy.loseNextAnswerAndRefuse("COMMIT");
        String unanswered = RawHttp.exchange(one.port(), create());

        String again = RawHttp.exchange(other.port(), create());

        proxy.refuse(false);
        assertThat(unanswered).isEmpty();
        assertThat(again).startsWith("HTTP/1.1 201").containsIgnoringCase("Idempotent-Replayed: true");
        assertThat(count(documents, "documents")).isEqualTo(2);
    }

    @Test
    void whatWasNeverBegunIsDoneWhenItIsSentAgain() {
        proxy.refuse(true);
        Answer unavailable = post(one, documents);
        proxy.refuse(false);

        Answer again = post(one, documents);

        assertError(unavailable, 503, 20503);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotent-Replayed")).isNull();
        assertThat(count(documents, "documents")).isEqualTo(2);
    }

    private String create() {
        return "POST " + documents + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nIdempotency-Key: " + key
                + "\r\nAuthorization: "
                + basic(one.account().sid() + ":" + one.account().secret())
                + "\r\nConnection: close\r\n\r\n";
    }

    private Answer post(TestServer server, String path, String... form) {
        return server.send(
                as(one.account(), server.postForm(path, encode(form))).header("Idempotency-Key", key));
    }

    private static void assertSame(Answer again, Answer first) {
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.response().body()).isEqualTo(first.response().body());
    }

    private static int count(String path, String listed) {
        return one.get(path + "?PageSize=1000").json().getJsonArray(listed).size();
    }
}
