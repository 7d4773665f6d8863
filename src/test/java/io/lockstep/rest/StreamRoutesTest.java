package io.lockstep.rest;

import static io.lockstep.rest.Answers.assertHidden;
import static io.lockstep.rest.Answers.awaitGone;
import static io.lockstep.rest.Answers.newName;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.post;
import static io.lockstep.rest.Answers.sid;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams and their messages; what they have in common with lists and maps is in ObjectRoutesTest. */
class StreamRoutesTest {

    private static final String STREAMS = ObjectKind.STREAMS.inDefault();

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Test
    void aNewOneHasEveryPropertyAtItsDefault() {
        Answer answer = server.post(STREAMS);

        JsonObject json = answer.json();
        String url = server.url("/v1/Services/" + json.getString("service_sid") + "/Streams/" + sid(answer));
        Map<String, Object> expected = new HashMap<>(Map.of(
                "sid", sid(answer),
                "account_sid", server.account().sid().toString(),
                "service_sid", json.getString("service_sid"),
                "url", url,
                "created_by", "system",
                "date_created", json.getString("date_created"),
                "date_updated", json.getString("date_created")));
        expected.put("unique_name", null);
        expected.put("date_expires", null);
        expected.put("links", Map.of("messages", url + "/Messages"));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("ETag")).isNull();
        assertThat(sid(answer)).matches("TO[0-9a-f]{32}");
        assertThat(json.getMap()).isEqualTo(expected);
    }

    @Test
    void aMessageHasASidAndItsDataAndNothingElse() {
        String messages = path(server.post(STREAMS)) + "/Messages";

        Answer first = server.post(messages, "Data", "{ \"z\" : 1.0, \"a\" : \"é \" }");
        Answer second = server.post(messages, "Data", "{ \"z\" : 1.0, \"a\" : \"é \" }");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("ETag")).isNull();
        assertThat(first.json().getMap()).containsOnlyKeys("sid", "data");
        assertThat(first.response().body()).contains("\"data\":{\"z\":1.0,\"a\":\"é \"}");
        assertThat(sid(first)).matches("TZ[0-9a-f]{32}").isNotEqualTo(sid(second));
    }

    @Test
    void aMessageChangesNothingOfItsStream() {
        String name = newName();
        Answer stream = server.post(STREAMS, "UniqueName", name, "Ttl", "60");
        awaitAnotherSecond(stream);

        Answer answer = server.post(STREAMS + "/" + name + "/Messages", "Data", "{}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(server.get(path(stream)).json()).isEqualTo(stream.json());
    }

    /** Dates are told in whole seconds: until one of now would differ. */
    private static void awaitAnotherSecond(Answer answer) {
        String then = answer.json().getString("date_updated");
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (server.post(STREAMS).json().getString("date_updated").equals(then)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    @Test
    void aMessageIsLimitedInBytes() {
        String messages = path(server.post(STREAMS)) + "/Messages";
        String largest = "{\"a\":\"" + "é".repeat((4096 - 8) / 2) + "\"}";

        Answer answer = server.post(messages, "Data", largest);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.response().body()).contains(largest);
        assertError(server.post(messages, "Data", largest.replace("\"}", "x\"}")), 413, 54006);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 54251",
        "Data=, 54008",
        "Data={, 54008",
        "Data={}{}, 54008",
        "Data=text, 54008",
        "Data=[], 54251",
        "Data=null, 54251",
        "Data=1, 54251",
        "Data=%ZZ, 20001",
        "Data=%00, 20001",
    })
    void aMessageWithoutGoodDataIsRefused(String form, int code) {
        String messages = path(server.post(STREAMS)) + "/Messages";

        assertError(server.send(as(server.account(), server.postForm(messages, form))), 400, code);
    }

    @Test
    void messagesAreNeitherListedNorRead() {
        String messages = path(server.post(STREAMS)) + "/Messages";
        Answer message = server.post(messages, "Data", "{}");

        Answer list = server.get(messages);

        assertError(list, 405, 20004);
        assertThat(list.header("Allow")).isEqualTo("POST, OPTIONS");
        assertHidden(server, server.account(), messages + "/" + sid(message), "Data={}");
    }

    @Test
    void streamsHaveNeitherItemsNorPermissions() {
        String stream = path(server.post(STREAMS));

        assertHidden(server, server.account(), stream + "/Items", "Data={}");
        assertHidden(server, server.account(), stream + "/Permissions/alice", "Read=true");
    }

    @Test
    void aStreamThatIsNotThereTakesNoMessages() {
        Answer deleted = server.post(STREAMS);
        server.delete(path(deleted));
        Answer expired = server.post(STREAMS, "Ttl", "1");
        awaitGone(server, path(expired));
        Answer hidden = server.post(STREAMS);

        assertError(server.post(path(deleted) + "/Messages", "Data", "{}"), 404, 20404);
        assertError(server.post(path(expired) + "/Messages", "Data", "{}"), 404, 20404);
        assertError(server.post(STREAMS + "/" + newName() + "/Messages", "Data", "{}"), 404, 20404);
        assertError(
                server.send(as(server.newAccount(), server.postForm(path(hidden) + "/Messages", "Data={}"))),
                404,
                20404);
    }

    @Test
    void aMessageUnderAnIdempotencyKeyIsPublishedOnce() {
        String messages = path(server.post(STREAMS)) + "/Messages";
        String key = newName();

        Answer first = post(server, "Idempotency-Key", key, messages, "Data", "{\"a\":1}");
        Answer again = post(server, "Idempotency-Key", key, messages, "Data", "{\"a\":1}");
        Answer other = post(server, "Idempotency-Key", key, messages, "Data", "{\"a\":2}");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertError(other, 422, 20422);
    }
}
