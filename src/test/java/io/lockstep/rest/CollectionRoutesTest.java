package io.lockstep.rest;

import static io.lockstep.rest.Answers.assertHidden;
import static io.lockstep.rest.Answers.follow;
import static io.lockstep.rest.Answers.lifetime;
import static io.lockstep.rest.Answers.meta;
import static io.lockstep.rest.Answers.newName;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.post;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.Answers.sid;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What lists and maps have in common, and streams have not. */
class CollectionRoutesTest {

    private static final String STREAMS = "STREAMS"; // which are no collections

    @RegisterExtension
    static final TestServer server = new TestServer();

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void aNewOneHasEveryPropertyAtItsDefault(ObjectKind kind) {
        Answer answer = server.post(kind.inDefault());

        JsonObject json = answer.json();
        String url = server.url(kind.in("/v1/Services/" + json.getString("service_sid")) + "/" + sid(answer));
        Map<String, Object> expected = new HashMap<>(Map.of(
                "sid", sid(answer),
                "account_sid", server.account().sid().toString(),
                "service_sid", json.getString("service_sid"),
                "url", url,
                "revision", "0",
                "created_by", "system",
                "date_created", json.getString("date_created"),
                "date_updated", json.getString("date_created")));
        expected.put("unique_name", null);
        expected.put("date_expires", null);
        expected.put("links", Map.of("items", url + "/Items", "permissions", url + "/Permissions"));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(sid(answer)).matches(kind.prefix() + "[0-9a-f]{32}");
        assertThat(json.getString("date_created")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(json.getMap()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void noAnswerHasAnETagAndNoConditionIsHeeded(ObjectKind kind) {
        Answer created = server.post(kind.inDefault());

        Answer updated = post(server, "If-Match", "stale", path(created), "Ttl", "60");
        Answer fetched = server.get(path(created));
        Answer deleted = Answers.delete(server, "stale", path(created));

        assertThat(updated.status()).isEqualTo(200);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(List.of(created, updated, fetched)).allMatch(it -> it.header("ETag") == null);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void everyChangeOfAnItemMovesTheRevisionAndTheDate(ObjectKind kind) {
        Answer created = server.post(kind.inDefault());
        String items = path(created) + "/Items";

        Answer item = server.post(items, "Key", "k", "Data", "{}");
        Answer afterAdd = server.get(path(created));
        Answer updated = server.post(path(item), "Data", "{\"a\":1}");
        Answer afterUpdate = server.get(path(created));
        server.delete(path(item));
        Answer afterRemove = server.get(path(created));

        assertThat(List.of(revision(afterAdd), revision(afterUpdate), revision(afterRemove)))
                .containsExactly("1", "2", "3");
        assertThat(afterUpdate.json().getString("date_updated"))
                .isEqualTo(updated.json().getString("date_updated"));
        assertThat(afterRemove.json().getString("date_created"))
                .isEqualTo(created.json().getString("date_created"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void theRevisionIsHexadecimal(ObjectKind kind) {
        Answer created = server.post(kind.inDefault());

        for (int i = 0; i < 16; i++) {
            server.post(path(created) + "/Items", "Key", "k" + i, "Data", "{}");
        }

        assertThat(revision(server.get(path(created)))).isEqualTo("10");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void itsOwnTimeToLiveIsNoEvent(ObjectKind kind) {
        Answer created = server.post(kind.inDefault());

        Answer updated = server.post(path(created), "Ttl", "60");

        assertThat(revision(updated)).isEqualTo("0");
        assertThat(server.get(path(created)).json()).isEqualTo(updated.json());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void ttlIsAnAliasThatIsIgnoredBesideTheNameProper(ObjectKind kind) {
        Answer proper = server.post(kind.inDefault(), "CollectionTtl", "100");
        Answer both = server.post(kind.inDefault(), "Ttl", "500", "CollectionTtl", "100");

        assertThat(lifetime(proper)).isBetween(100L, 101L);
        assertThat(lifetime(both)).isBetween(100L, 101L);
        assertThat(lifetime(server.post(path(both), "CollectionTtl", "300", "Ttl", "700")))
                .isBetween(300L, 301L);
        assertThat(lifetime(server.post(path(both), "CollectionTtl", "", "Ttl", "700")))
                .isBetween(700L, 701L);
        assertThat(server.post(path(both), "CollectionTtl", "0", "Ttl", "700")
                        .json()
                        .getString("date_expires"))
                .isNull();
        assertError(server.post(path(both), "CollectionTtl", "-1"), 400, 54011);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void anEmptyNameNamesNothing(ObjectKind kind) {
        for (String path : List.of("/Items", "/Permissions", "/Items/x", "")) {
            String answer = RawHttp.exchange(
                    server.port(),
                    "POST " + kind.inDefault() + "/" + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            + "Authorization: "
                            + TestServer.basic(server.account().sid() + ":"
                                    + server.account().secret())
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: 14\r\n\r\nKey=k&Data={}&");

            assertThat(answer).as(path).startsWith("HTTP/1.1 404 ").contains("\"code\":20404,");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void permissionsAreSetAndListedAndDeleted(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault(), "UniqueName", newName());
        String byName = kind.inDefault() + "/" + collection.json().getString("unique_name") + "/Permissions";
        String permissions = path(collection) + "/Permissions";

        Answer answer = server.post(byName + "/a%20b", "Read", "true", "Manage", "True");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getMap())
                .isEqualTo(Map.of(
                        "account_sid",
                        server.account().sid().toString(),
                        "service_sid",
                        collection.json().getString("service_sid"),
                        kind.sidProperty(),
                        sid(collection),
                        "identity",
                        "a b",
                        "read",
                        true,
                        "write",
                        false,
                        "manage",
                        true,
                        "url",
                        server.url(permissions + "/a%20b")));
        assertThat(server.get(permissions + "/a%20b").json()).isEqualTo(answer.json());
        assertThat(server.get(byName).json().getJsonArray("permissions")).containsExactly(answer.json());
        assertThat(server.delete(permissions + "/a%20b").status()).isEqualTo(204);
        assertError(server.get(permissions + "/a%20b"), 404, 20404);
        assertThat(revision(server.get(path(collection)))).isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void permissionsArePagedByIdentity(ObjectKind kind) {
        String permissions = path(server.post(kind.inDefault())) + "/Permissions";
        for (String identity : List.of("b", "a", "B")) {
            server.post(permissions + "/" + identity);
        }

        JsonObject first = server.get(permissions + "?PageSize=2").json();
        JsonObject second = follow(server, first, "next_page_url");

        assertThat(rows(first, "identity")).containsExactly("B", "a");
        assertThat(rows(second, "identity")).containsExactly("b");
        assertThat(meta(second).getString("next_page_url")).isNull();
        assertThat(rows(follow(server, second, "previous_page_url"), "identity"))
                .containsExactly("B", "a");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void permissionsAreNotThereForOthersAndGoWithTheirCollection(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        String permission = path(collection) + "/Permissions/alice";
        Answer set = server.post(permission, "Read", "true");

        assertHidden(server, server.newAccount(), permission, "Read=false");
        assertThat(server.get(permission).json()).isEqualTo(set.json());
        server.delete(path(collection));

        assertHidden(server, server.account(), permission, "Read=true");
        assertError(server.get(path(collection) + "/Permissions"), 404, 20404);
    }
}
