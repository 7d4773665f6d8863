package io.lockstep.rest;

import static io.lockstep.rest.Answers.follow;
import static io.lockstep.rest.Answers.meta;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.Answers.segment;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of a map, and queries for its items. */
class MapItemRoutesTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    private String map;
    private String items;

    @BeforeEach
    void newMap() {
        map = path(server.post(ObjectKind.MAPS.inDefault()));
        items = map + "/Items";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+15551230000",
                "%",
                "%2F",
                "/",
                "a/b",
                "😀",
                " ",
                " a  b ",
                "?#&=;",
                "..",
                "ES0123456789abcdef0123456789abcdef",
                "Items",
                "é",
                "\u0001\n\t\"\\"
            })
    void aKeyMayHoldAnything(String key) {
        Answer added = server.post(items, "Key", key, "Data", "{}");

        String path = items + "/" + segment(key);
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().getString("key")).isEqualTo(key);
        assertThat(added.json().getString("url")).isEqualTo(server.url(path));
        assertThat(server.get(path).json()).isEqualTo(added.json());
        assertThat(server.post(path, "Data", "{\"a\":1}").json().getString("key"))
                .isEqualTo(key);
        assertThat(rows(server.get(items + "?From=" + segment(key)).json(), "key"))
                .containsExactly(key);
        assertThat(server.delete(path).status()).isEqualTo(204);
        assertError(server.get(path), 404, 20404);
    }

    @Test
    void inAPathAPlusIsAPlusAndInAFormASpace() {
        server.post(items, "Key", "+1 555", "Data", "{}");
        server.send(as(server.account(), server.postForm(items, "Key=+1+555&Data={}")));

        assertThat(server.get(items + "/+1%20555").json().getString("key")).isEqualTo("+1 555");
        assertThat(rows(server.get(items).json(), "key")).containsExactly(" 1 555", "+1 555");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "😀", "é"})
    void aKeyHasUpTo320CodePoints(String character) {
        String longest = character.repeat(320);

        Answer added = server.post(items, "Key", longest, "Data", "{}");

        assertThat(added.status()).isEqualTo(201);
        assertThat(server.get(path(added)).json()).isEqualTo(added.json());
        assertThat(rows(server.get(items + "?Order=desc").json(), "key")).containsExactly(longest);
        assertError(server.post(items, "Key", longest + "x", "Data", "{}"), 400, 54209);
        assertError(server.get(path(added) + "x"), 400, 54209);
        assertError(server.post(path(added) + "x", "Data", "{}"), 400, 54209);
        assertError(server.delete(path(added) + "x"), 400, 54209);
        assertError(server.get(items + "?From=" + segment(longest) + "x"), 400, 54209);
    }

    @Test
    void aNewItemNeedsAKeyAndData() {
        assertError(server.post(items, "Data", "{}"), 400, 54209);
        assertError(server.post(items, "Key", "", "Data", "{}"), 400, 54209);
        assertError(server.post(items, "Key", "k"), 400, 54206);

        assertThat(revision(server.get(map))).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"%00, 400, 20001", "a%ZZ, 400, 20001", "%FF, 400, 20001", "'', 404, 20404", "a/b, 404, 20404"})
    void strangePathsNameNothing(String segment, int status, int code) {
        for (String method : List.of("GET", "POST", "DELETE")) {
            String answer = RawHttp.exchange(
                    server.port(),
                    method + " " + items + "/" + segment + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            + "Authorization: "
                            + TestServer.basic(server.account().sid() + ":"
                                    + server.account().secret())
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: 7\r\n\r\nData={}");

            assertThat(answer).as(method).startsWith("HTTP/1.1 " + status + " ").contains("\"code\":" + code + ",");
        }
        assertThat(revision(server.get(map))).isEqualTo("0");
    }

    @Test
    void aKeyIsTakenOnce() {
        Answer first = server.post(items, "Key", "k", "Data", "{\"a\":1}");

        Answer second = server.post(items, "Key", "k", "Data", "{\"a\":2}", "CollectionTtl", "60");

        assertError(second, 409, 54208);
        assertThat(server.get(path(first)).json()).isEqualTo(first.json());
        assertThat(server.get(map).json().getString("date_expires")).isNull();
        assertThat(revision(server.get(map))).isEqualTo("1");
        assertThat(server.post(items, "Key", "K", "Data", "{}").status()).isEqualTo(201);
    }

    @Test
    void anUpdateAddsNothing() {
        assertError(server.post(items + "/k", "Data", "{}"), 404, 20404);

        assertThat(server.get(items).json().getJsonArray("items")).isEmpty();
    }

    @Test
    void aKeyOfARemovedItemIsFreeForANewOne() {
        Answer first = server.post(items, "Key", "k", "Data", "{\"a\":1}", "Ttl", "60");
        server.delete(path(first));

        Answer again = server.post(items, "Key", "k", "Data", "{\"b\":2}");

        assertThat(again.status()).isEqualTo(201);
        assertThat(revision(again)).isEqualTo("2");
        assertThat(again.json().getString("date_expires")).isNull();
        assertThat(server.get(path(first)).json()).isEqualTo(again.json());
    }

    @Test
    void keysAreOrderedByTheirBytes() {
        List<String> keys =
                List.of(" ", "+1", "1", "10", "2", "A", "B", "Z", "a", "a b", "aa", "b", "é", "\uffee", "😀");
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled);

        shuffled.forEach(key -> server.post(items, "Key", key, "Data", "{}"));

        List<String> reversed = new ArrayList<>(keys);
        Collections.reverse(reversed);
        assertThat(rows(server.get(items).json(), "key")).isEqualTo(keys);
        assertThat(rows(server.get(items + "?Order=desc").json(), "key")).isEqualTo(reversed);
    }

    @ParameterizedTest
    @CsvSource({
        "?From=b, b d",
        "?From=b&Bounds=exclusive, d",
        "?From=c, d",
        "?From=c&Order=desc, b a",
        "?From=b&Order=desc&Bounds=exclusive, a",
        "?From=B, a b d",
        "?From=z, ''",
        "?From=0&Order=desc, ''",
        "?From=, a b d",
    })
    void aQuerySaysWhereToBeginAndWhichWay(String query, String expected) {
        for (String key : List.of("a", "b", "d")) {
            server.post(items, "Key", key, "Data", "{}");
        }

        assertThat(String.join(" ", rows(server.get(items + query).json(), "key")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"asc", "desc"})
    void pagesGoThroughKeysOfAnyKindForwardsAndBack(String order) {
        List<String> keys = new ArrayList<>(List.of("%", "+1", "a&b=c", "a/b", "é", "😀"));
        keys.forEach(key -> server.post(items, "Key", key, "Data", "{}"));
        if (order.equals("desc")) {
            Collections.reverse(keys);
        }

        JsonObject first = server.get(items + "?Order=" + order + "&From=" + segment(keys.get(0)) + "&PageSize=2")
                .json();
        JsonObject second = follow(server, first, "next_page_url");
        JsonObject third = follow(server, second, "next_page_url");
        JsonObject back = follow(server, third, "previous_page_url");

        assertThat(rows(first, "key")).isEqualTo(keys.subList(0, 2));
        assertThat(rows(second, "key")).isEqualTo(keys.subList(2, 4));
        assertThat(rows(third, "key")).isEqualTo(keys.subList(4, 6));
        assertThat(meta(third).getString("next_page_url")).isNull();
        assertThat(back.getJsonArray("items")).isEqualTo(second.getJsonArray("items"));
        assertThat(rows(follow(server, back, "previous_page_url"), "key")).isEqualTo(keys.subList(0, 2));
    }
}
