package io.lockstep.rest;

import static io.lockstep.rest.Answers.assertHidden;
import static io.lockstep.rest.Answers.awaitGone;
import static io.lockstep.rest.Answers.newName;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.post;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.Answers.sid;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** What the items of lists and of maps have in common. The key that a map needs a list ignores. */
class ItemRoutesTest {

    private static final String STREAMS = "STREAMS"; // which have none

    @RegisterExtension
    static final TestServer server = new TestServer();

    static Stream<Arguments> forms() {
        return Stream.of(
                        "Data= 54008",
                        "Data={ 54008",
                        "Data={}{} 54008",
                        "Data=text 54008",
                        "Data=[] invalid",
                        "Data=null invalid",
                        "Data=1 invalid",
                        "Data=%ZZ 20001",
                        "Data=%00 20001",
                        "Ttl=-1 54011",
                        "Ttl=31536001 54011",
                        "ItemTtl=1.5 54011",
                        "ItemTtl=x 54011",
                        "Ttl=x&ItemTtl=1 54011",
                        "CollectionTtl=-1 54011",
                        "CollectionTtl=99999999999999999999 54011")
                .flatMap(row -> Stream.of(ObjectKind.LISTS, ObjectKind.MAPS)
                        .map(kind -> Arguments.of(
                                kind,
                                row.split(" ")[0],
                                row.endsWith("invalid") ? invalidData(kind) : Integer.parseInt(row.split(" ")[1]))));
    }

    private static int invalidData(ObjectKind kind) {
        return kind == ObjectKind.LISTS ? 54156 : 54206;
    }

    static Stream<Arguments> conditionsThatHold() {
        return everyKindWith("1", "\"1\"", "W/\"1\"", "*", " 1 ");
    }

    static Stream<Arguments> conditionsThatFail() {
        return everyKindWith("0", "\"2\"", "W/\"01\"", "ff");
    }

    static Stream<Arguments> conditionsThatAreNone() {
        return everyKindWith("\"", "\"1", "a b", "\"1\", \"2\"", "W/1", "-1");
    }

    private static Stream<Arguments> everyKindWith(String... values) {
        return Stream.of(ObjectKind.LISTS, ObjectKind.MAPS)
                .flatMap(kind -> Stream.of(values).map(it -> Arguments.of(kind, it)));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void aNewOneHasEveryProperty(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());

        Answer answer = add(collection, "Data", "{ \"z\" : 1.0, \"a\" : \"é \" }");

        JsonObject json = answer.json();
        boolean list = kind == ObjectKind.LISTS;
        Map<String, Object> expected = new HashMap<>(Map.of(
                list ? "index" : "key",
                list ? 0 : "k",
                "account_sid",
                server.account().sid().toString(),
                "service_sid",
                collection.json().getString("service_sid"),
                kind.sidProperty(),
                sid(collection),
                "url",
                server.url(path(collection) + "/Items/" + (list ? "0" : "k")),
                "revision",
                "0",
                "data",
                Map.of("z", 1.0, "a", "é "),
                "date_created",
                json.getString("date_created"),
                "date_updated",
                json.getString("date_created"),
                "created_by",
                "system"));
        expected.put("date_expires", null);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("ETag")).isEqualTo("\"0\"");
        assertThat(json.getMap()).isEqualTo(expected);
        assertThat(answer.response().body()).contains("\"data\":{\"z\":1.0,\"a\":\"é \"}");
        assertThat(server.get(path(answer)).header("ETag")).isEqualTo("\"0\"");
        assertThat(server.get(path(answer)).response().body())
                .isEqualTo(answer.response().body());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void itsCollectionMayBeNamed(ObjectKind kind) {
        String name = newName();
        Answer collection = server.post(kind.inDefault(), "UniqueName", name);

        Answer item = server.post(kind.inDefault() + "/" + name + "/Items", "Key", "k", "Data", "{}");

        String byName = path(item).replace(path(collection), kind.inDefault() + "/" + name);
        assertThat(item.status()).isEqualTo(201);
        assertThat(server.get(byName).json()).isEqualTo(item.json());
        assertThat(server.post(byName, "Data", "{\"a\":1}").status()).isEqualTo(200);
        assertThat(rows(server.get(kind.inDefault() + "/" + name + "/Items").json(), "revision"))
                .containsExactly("1");
        assertThat(server.delete(byName).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void dataIsLimitedInBytes(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        String largest = "{\"a\":\"" + "é".repeat((16_384 - 8) / 2) + "\"}";
        String larger = largest.replace("\"}", "x\"}");

        Answer answer = add(collection, "Data", largest);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.response().body()).contains(largest);
        assertError(server.post(path(answer), "Data", larger), 413, 54006);
        assertError(server.post(path(collection) + "/Items", "Key", "other", "Data", larger), 413, 54006);
        assertThat(server.get(path(answer)).json()).isEqualTo(answer.json());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void badInputIsRefusedAndChangesNothing(ObjectKind kind, String form, int code) {
        Answer collection = server.post(kind.inDefault());
        Answer item = add(collection, "Data", "{\"kept\":1}");
        Answer before = server.get(path(collection));
        String full = form.startsWith("Data") ? form : "Data={}&" + form;

        assertError(send(path(collection) + "/Items", "Key=other&" + full), 400, code);
        assertError(send(path(item), full), 400, code);

        assertThat(server.get(path(collection)).json()).isEqualTo(before.json());
        assertThat(server.get(path(collection) + "/Items").json().getJsonArray("items"))
                .containsExactly(item.json());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void aNewOneNeedsData(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());

        assertError(add(collection, "Ttl", "60"), 400, invalidData(kind));
        assertThat(revision(server.get(path(collection)))).isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void anUpdateNeedsSomethingOfTheItems(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer item = add(collection, "Data", "{}");

        for (String form : List.of("", "Ttl=", "CollectionTtl=60", "Ttl=&ItemTtl=&CollectionTtl=60", "Unknown=x")) {
            assertError(send(path(item), form), 400, 54010);
        }

        assertThat(server.get(path(item)).json()).isEqualTo(item.json());
        assertThat(server.get(path(collection)).json().getString("date_expires"))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void aRevisionIsNeverUsedAgain(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());

        Answer item = add(collection, "Data", "{}");
        Answer data = server.post(path(item), "Data", "{\"a\":1}");
        Answer ttl = server.post(path(item), "Ttl", "60");
        server.delete(path(item));
        Answer again = add(collection, "Data", "{}");

        assertThat(Stream.of(item, data, ttl, again).map(Answers::revision)).containsExactly("0", "1", "2", "4");
        assertThat(again.header("ETag")).isEqualTo("\"4\"");
        assertThat(ttl.json().getJsonObject("data")).isEqualTo(new JsonObject().put("a", 1));
        assertThat(revision(server.get(path(collection)))).isEqualTo("5");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void aRevisionIsHexadecimalAndCountsForAllItems(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer item = add(collection, "Data", "{}");

        for (int i = 0; i < 15; i++) {
            server.post(path(collection) + "/Items", "Key", "other" + i, "Data", "{}");
        }

        assertThat(revision(server.get(path(item)))).isEqualTo("0");
        assertThat(server.post(path(item), "Data", "{}").header("ETag")).isEqualTo("\"10\"");
    }

    @ParameterizedTest
    @MethodSource("conditionsThatHold")
    void isWrittenAtTheRevisionThatIsMeantInAnyForm(ObjectKind kind, String ifMatch) {
        Answer collection = server.post(kind.inDefault());
        Answer first = atRevision1(collection, "first");
        String path = path(first);

        Answer updated = post(server, "If-Match", ifMatch, path, "Data", "{\"b\":2}");

        assertThat(updated.status()).isEqualTo(200);
        assertThat(revision(updated)).isEqualTo("2");
        Answer second = atRevision1(server.post(kind.inDefault()), "second");
        assertThat(Answers.delete(server, ifMatch, path(second)).status()).isEqualTo(204);
        assertError(server.get(path(second)), 404, 20404);
    }

    @ParameterizedTest
    @MethodSource("conditionsThatFail")
    void isLeftAloneAtAnotherRevision(ObjectKind kind, String ifMatch) {
        Answer item = atRevision1(server.post(kind.inDefault()), "k");

        assertError(post(server, "If-Match", ifMatch, path(item), "Data", "{}"), 412, 20412);
        assertError(post(server, "If-Match", ifMatch, path(item), "Ttl", "5"), 412, 20412);
        assertError(Answers.delete(server, ifMatch, path(item)), 412, 20412);

        assertThat(server.get(path(item)).json()).isEqualTo(item.json());
    }

    @ParameterizedTest
    @MethodSource("conditionsThatAreNone")
    void aConditionThatIsNoneIsRefused(ObjectKind kind, String ifMatch) {
        Answer item = atRevision1(server.post(kind.inDefault()), "k");

        assertError(post(server, "If-Match", ifMatch, path(item), "Data", "{}"), 400, 54003);
        assertError(Answers.delete(server, ifMatch, path(item)), 400, 54003);

        assertThat(server.get(path(item)).json()).isEqualTo(item.json());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void whatIsRemovedIsNotThere(ObjectKind kind) {
        Answer item = add(server.post(kind.inDefault()), "Data", "{}");

        Answer answer = server.delete(path(item));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.response().body()).isEmpty();
        assertHidden(server, server.account(), path(item), "Data={}");
        assertError(post(server, "If-Match", "0", path(item), "Data", "{}"), 404, 20404);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void thoseOfACollectionThatIsGoneAreNotThere(ObjectKind kind) {
        Answer deleted = server.post(kind.inDefault());
        Answer expired = server.post(kind.inDefault(), "Ttl", "2");
        Answer ofDeleted = add(deleted, "Data", "{}");
        Answer ofExpired = add(expired, "Data", "{}");
        server.delete(path(deleted));
        awaitGone(server, path(expired));

        for (Answer item : List.of(ofDeleted, ofExpired)) {
            assertHidden(server, server.account(), path(item), "Data={}");
        }
        assertError(server.get(path(deleted) + "/Items"), 404, 20404);
        assertError(server.get(path(expired) + "/Items"), 404, 20404);
        assertError(add(deleted, "Data", "{}"), 404, 20404);
        assertError(add(expired, "Data", "{}"), 404, 20404);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void thoseOfAnotherAccountOrAnotherServiceAreNotThere(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer item = add(collection, "Data", "{}");
        String elsewhere = path(item).replaceFirst("/IS[0-9a-f]+", "/" + sid(server.post("/v1/Services")));

        assertHidden(server, server.newAccount(), path(item), "Data={}");
        assertError(server.send(as(server.newAccount(), server.request(path(collection) + "/Items"))), 404, 20404);
        assertError(
                server.send(as(server.newAccount(), server.postForm(path(collection) + "/Items", "Key=o&Data={}"))),
                404,
                20404);
        assertHidden(server, server.account(), elsewhere, "Data={}");

        assertThat(server.get(path(item)).json()).isEqualTo(item.json());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void oneIsAddedOnceUnderAnIdempotencyKey(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        String items = path(collection) + "/Items";
        String key = newName();

        Answer first = post(server, "Idempotency-Key", key, items, "Key", "k", "Data", "{\"a\":1}");
        Answer again = post(server, "Idempotency-Key", key, items, "Key", "k", "Data", "{\"a\":1}");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(server.get(items).json().getJsonArray("items")).containsExactly(first.json());
        assertThat(revision(server.get(path(collection)))).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void oneIsUpdatedOnceUnderAnIdempotencyKey(ObjectKind kind) {
        Answer item = add(server.post(kind.inDefault()), "Data", "{}");
        String key = newName();

        Answer first = post(server, "Idempotency-Key", key, path(item), "Data", "{\"a\":1}");
        Answer again = post(server, "Idempotency-Key", key, path(item), "Data", "{\"a\":1}");

        assertThat(first.status()).isEqualTo(200);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(revision(server.get(path(item)))).isEqualTo("1");
    }

    private static Answer atRevision1(Answer collection, String key) {
        Answer item = server.post(path(collection) + "/Items", "Key", key, "Data", "{}");
        return server.post(path(item), "Data", "{\"a\":1}");
    }

    private static Answer add(Answer collection, String parameter, String value) {
        return server.post(path(collection) + "/Items", "Key", "k", parameter, value);
    }

    private static Answer send(String path, String form) {
        return server.send(as(server.account(), server.postForm(path, form)));
    }
}
