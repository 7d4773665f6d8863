package io.lockstep.rest;

import static io.lockstep.rest.Answers.follow;
import static io.lockstep.rest.Answers.meta;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.pathOf;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The indexes of a list, and queries for its items. */
class ListItemRoutesTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    private String list;
    private String items;

    @BeforeEach
    void newList() {
        list = path(server.post(ObjectKind.LISTS.inDefault()));
        items = list + "/Items";
    }

    @Test
    void indexesCountFrom0AndAreNeverGivenAgain() {
        add(3);
        server.delete(items + "/1");
        server.delete(items + "/2");

        Answer next = server.post(items, "Data", "{}", "Index", "1", "Key", "1");

        assertThat(next.json().getInteger("index")).isEqualTo(3);
        assertThat(path(next)).isEqualTo(items + "/3");
        assertThat(indexes("")).containsExactly("0", "3");
        server.delete(items + "/0");
        server.delete(items + "/3");
        assertThat(server.post(items, "Data", "{}").json().getInteger("index")).isEqualTo(4);
    }

    @Test
    void aRefusedItemTakesNoIndex() {
        assertError(server.post(items, "Data", "[]"), 400, 54156);
        assertError(server.post(items, "Data", "{}", "Ttl", "x"), 400, 54011);

        assertThat(server.post(items, "Data", "{}").json().getInteger("index")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "-1", "1.5", "0x1", "%31x", "1e3", "%20", "9999999999999999999", "%EF%BC%91"})
    void anIndexIsAWholeNumber(String index) {
        add(2);

        assertError(server.get(items + "/" + index), 400, 54458);
        assertError(server.post(items + "/" + index, "Data", "{\"a\":1}"), 400, 54458);
        assertError(server.delete(items + "/" + index), 400, 54458);
        assertError(server.get(items + "?From=" + index), 400, 54458);

        assertThat(revision(server.get(list))).isEqualTo("2");
    }

    @Test
    void anIndexThatNothingHasIsNotThere() {
        add(1);

        for (String index : List.of("1", "999999999999999999")) {
            assertError(server.get(items + "/" + index), 404, 20404);
            assertError(server.post(items + "/" + index, "Data", "{}"), 404, 20404);
            assertError(server.delete(items + "/" + index), 404, 20404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0 1 3 4",
        "?Order=asc, 0 1 3 4",
        "?Order=desc, 4 3 1 0",
        "?Order=&From=&Bounds=, 0 1 3 4",
        "?From=1, 1 3 4",
        "?From=1&Bounds=inclusive, 1 3 4",
        "?From=1&Bounds=exclusive, 3 4",
        "?From=3&Order=desc, 3 1 0",
        "?From=3&Order=desc&Bounds=exclusive, 1 0",
        "?From=2, 3 4",
        "?From=2&Bounds=exclusive, 3 4",
        "?From=2&Order=desc, 1 0",
        "?From=5, ''",
        "?From=999999999999999999&Order=desc, 4 3 1 0",
        "?From=0&Order=desc&Bounds=exclusive, ''",
        "?Bounds=exclusive, 0 1 3 4",
        "?Bounds=exclusive&Order=desc, 4 3 1 0",
        "?Direction=backward&HideExpired=true, 0 1 3 4",
    })
    void aQuerySaysWhereToBeginAndWhichWay(String query, String expected) {
        add(5);
        server.delete(items + "/2");

        assertThat(String.join(" ", indexes(query))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Order=up, 54451",
        "Order=ASC, 54451",
        "Bounds=none, 54452",
        "Bounds=Inclusive, 54452",
        "From=x, 54458",
        "From=%ZZ, 20001",
        "PageSize=0, 54454",
        "PageSize=1001, 54454",
        "PageToken=, 54453",
        "PageToken=nonsense, 54453"
    })
    void aBadQueryIsRefused(String query, int code) {
        String answer = RawHttp.exchange(
                server.port(),
                "GET " + items + "?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                        + TestServer.basic(
                                server.account().sid() + ":" + server.account().secret())
                        + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"code\":" + code + ",");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0 1, 2 3, 4",
        "Order=desc&, 4 3, 2 1, 0",
        "From=1&Bounds=exclusive&, 2 3, 4 5, 6",
        "From=6&Bounds=inclusive&Order=desc&, 6 5, 4 3, 2 1",
    })
    void pagesKeepTheQueryForwardsAndBack(String filter, String first, String second, String third) {
        add(filter.isEmpty() || filter.startsWith("Order") ? 5 : 7);

        JsonObject one = server.get(items + "?" + filter + "PageSize=2").json();
        JsonObject two = follow(server, one, "next_page_url");
        JsonObject three = follow(server, two, "next_page_url");
        JsonObject back = follow(server, three, "previous_page_url");
        JsonObject start = follow(server, back, "previous_page_url");

        assertThat(List.of(one, two, three, back, start))
                .extracting(page -> String.join(" ", rows(page, "index")))
                .containsExactly(first, second, third, second, first);
        assertThat(meta(one).getString("previous_page_url")).isNull();
        assertThat(meta(start).getString("previous_page_url")).isNull();
        assertThat(rows(follow(server, start, "next_page_url"), "index")).isEqualTo(rows(two, "index"));
    }

    @Test
    void everyAddressOfAPageRepeatsTheQueryBeforeTheSize() {
        add(5);

        JsonObject first = server.get(items + "?Page=0&PageSize=1&Order=desc&Bounds=exclusive&From=4")
                .json();
        JsonObject second = follow(server, first, "next_page_url");

        String begin = server.url(items + "?From=4&Bounds=exclusive&Order=desc&PageSize=1&Page=");
        assertThat(meta(first).getString("key")).isEqualTo("items");
        assertThat(meta(first).getString("url")).isEqualTo(begin + "0");
        assertThat(meta(first).getString("first_page_url")).isEqualTo(begin + "0");
        assertThat(meta(first).getString("next_page_url")).startsWith(begin + "1&PageToken=PT");
        assertThat(meta(second).getString("url")).isEqualTo(meta(first).getString("next_page_url"));
        assertThat(meta(second).getString("first_page_url")).isEqualTo(begin + "0");
        assertThat(meta(second).getString("previous_page_url")).startsWith(begin + "0&PageToken=PT");
    }

    @Test
    void aTokenIsBoundToItsQueryAndItsList() {
        add(3);
        JsonObject page = server.get(items + "?Order=asc&PageSize=1").json();
        String next = pathOf(meta(page).getString("next_page_url"));
        String other = path(server.post(ObjectKind.LISTS.inDefault())) + "/Items";

        assertError(server.get(next.replace("Order=asc", "Order=desc")), 400, 54453);
        assertError(server.get(next.replace("Order=asc", "From=0&Order=asc")), 400, 54453);
        assertError(server.get(next.replace("Order=asc&", "")), 400, 54453);
        assertError(server.get(next.replace(items, other)), 400, 54453);
        assertError(server.send(as(server.newAccount(), server.request(next))), 400, 54453);
        assertThat(server.get(next.replace("PageSize=1", "PageSize=2")).status())
                .isEqualTo(200);
    }

    @Test
    void aPageGoesOnWhereItWasWhenItsItemsAreGone() {
        add(6);
        JsonObject first = server.get(items + "?PageSize=2").json();
        server.delete(items + "/1");
        server.delete(items + "/2");

        JsonObject second = follow(server, first, "next_page_url");

        assertThat(rows(second, "index")).containsExactly("3", "4");
        assertThat(rows(follow(server, second, "previous_page_url"), "index")).containsExactly("0");
    }

    @Test
    void aListWithoutItemsHasAnEmptyPage() {
        JsonObject page = server.get(items + "?Order=desc").json();

        assertThat(page.getJsonArray("items")).isEmpty();
        assertThat(meta(page).getString("next_page_url")).isNull();
        assertThat(meta(page).getString("previous_page_url")).isNull();
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            server.post(items, "Data", "{\"i\":" + i + "}");
        }
    }

    private List<String> indexes(String query) {
        return rows(server.get(items + query).json(), "index");
    }
}
