package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {

    private static final String SERVICES = "/v1/Services";

    @RegisterExtension
    static final TestServer server = new TestServer();

    private Issued account;

    @BeforeEach
    void newAccount() {
        account = server.newAccount();
    }

    @Test
    void anEmptyListIsOnePageWithoutNeighbours() {
        JsonObject page = get(SERVICES).json();

        assertThat(page.getJsonArray("services")).isEmpty();
        assertThat(page.getJsonObject("meta").getMap())
                .containsOnlyKeys(
                        "key", "page", "page_size", "url", "first_page_url", "previous_page_url", "next_page_url")
                .containsEntry("key", "services")
                .containsEntry("page", 0)
                .containsEntry("page_size", 50)
                .containsEntry("url", server.url(SERVICES + "?PageSize=50&Page=0"))
                .containsEntry("first_page_url", server.url(SERVICES + "?PageSize=50&Page=0"))
                .containsEntry("previous_page_url", null)
                .containsEntry("next_page_url", null);
    }

    @Test
    void pagesFollowOneAnotherInTheOrderOfCreationForwardsAndBack() {
        List<String> created = create(7);

        JsonObject first = get(SERVICES + "?PageSize=3").json();
        JsonObject second = follow(first, "next_page_url");
        JsonObject third = follow(second, "next_page_url");

        assertThat(sids(first)).isEqualTo(created.subList(0, 3));
        assertThat(sids(second)).isEqualTo(created.subList(3, 6));
        assertThat(sids(third)).isEqualTo(created.subList(6, 7));
        assertThat(meta(first).getString("previous_page_url")).isNull();
        assertThat(meta(third).getString("next_page_url")).isNull();
        assertThat(meta(third).getInteger("page")).isEqualTo(2);
        JsonObject back = follow(third, "previous_page_url");
        assertThat(sids(back)).isEqualTo(sids(second));
        assertThat(meta(back).getInteger("page")).isEqualTo(1);
        JsonObject start = follow(back, "previous_page_url");
        assertThat(sids(start)).isEqualTo(sids(first));
        assertThat(meta(start).getString("previous_page_url")).isNull();
        assertThat(sids(follow(start, "next_page_url"))).isEqualTo(sids(second));
    }

    @Test
    void exactlyAPageFullHasNoNextPage() {
        create(3);

        assertThat(meta(get(SERVICES + "?PageSize=3").json()).getString("next_page_url"))
                .isNull();
    }

    @Test
    void everyServiceThatStaysIsSeenOnceWhileOthersComeAndGo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> others = new ArrayList<>(create(40));
        Set<String> staying = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            staying.add(others.remove(random.nextInt(others.size())));
        }
        List<String> seen = new ArrayList<>();

        JsonObject page = get(SERVICES + "?PageSize=4").json();
        seen.addAll(sids(page));
        while (meta(page).getString("next_page_url") != null) {
            if (!others.isEmpty()) {
                server.send(as(
                        account,
                        server.request(SERVICES + "/" + others.remove(random.nextInt(others.size())))
                                .DELETE()));
            }
            create(1);
            page = follow(page, "next_page_url");
            seen.addAll(sids(page));
        }

        assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates().containsAll(staying);
    }

    @Test
    void aPageWhoseRowsHaveAllGoneLeadsBackToTheStart() {
        List<String> created = create(4);
        JsonObject second = follow(get(SERVICES + "?PageSize=2").json(), "next_page_url");
        String back = meta(second).getString("previous_page_url");
        created.forEach(sid ->
                server.send(as(account, server.request(SERVICES + "/" + sid).DELETE())));
        create(1);

        JsonObject empty = get(path(back)).json();
        JsonObject start = follow(empty, "next_page_url");

        assertThat(sids(empty)).isEmpty();
        assertThat(sids(start)).hasSize(1);
    }

    @Test
    void theClientsOwnCounterIsEchoedAndSelectsNothing() {
        create(2);

        assertThat(meta(get(SERVICES + "?Page=7&PageSize=1").json()).getInteger("page"))
                .isEqualTo(7);
        assertThat(sids(get(SERVICES + "?Page=7").json())).hasSize(2);
        assertThat(meta(get(SERVICES + "?Page=x").json()).getInteger("page")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "ten", "", "5000", "99999999999"})
    void aPageSizeOutOfBoundsIsRefused(String size) {
        assertError(get(SERVICES + "?PageSize=" + size), 400, 54454);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "100", "101", "1000"})
    void aPageSizeWithinBoundsIsHonoured(String size) {
        assertThat(meta(get(SERVICES + "?PageSize=" + size).json()).getInteger("page_size"))
                .hasToString(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PTzz", "nonsense", "PTAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void aPageTokenThatIsNoneIsRefused(String token) {
        assertError(get(SERVICES + "?PageToken=" + token), 400, 54453);
    }

    @Test
    void anAlteredPageTokenIsRefused() {
        create(2);
        String next = meta(get(SERVICES + "?PageSize=1").json()).getString("next_page_url");
        int position = next.length() - 5;
        char altered = next.charAt(position) == 'x' ? 'y' : 'x';

        assertError(get(path(next.substring(0, position) + altered + next.substring(position + 1))), 400, 54453);
    }

    @Test
    void anotherAccountsPageTokenIsRefused() {
        create(2);
        String next = meta(get(SERVICES + "?PageSize=1").json()).getString("next_page_url");

        Answer answer =
                server.send(as(server.newAccount(), server.request(path(next)).GET()));

        assertError(answer, 400, 54453);
    }

    private List<String> create(int count) {
        List<String> sids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sids.add(server.send(as(account, server.postForm(SERVICES, "")))
                    .json()
                    .getString("sid"));
        }
        return sids;
    }

    private Answer get(String path) {
        return server.send(as(account, server.request(path).GET()));
    }

    private JsonObject follow(JsonObject page, String link) {
        return get(path(meta(page).getString(link))).json();
    }

    private static String path(String url) {
        assertThat(url).startsWith(server.url("/"));
        return url.substring(server.url("").length());
    }

    private static JsonObject meta(JsonObject page) {
        return page.getJsonObject("meta");
    }

    private static List<String> sids(JsonObject page) {
        return page.getJsonArray("services").stream()
                .map(it -> ((JsonObject) it).getString("sid"))
                .toList();
    }
}
