package io.lockstep.rest;

import static io.lockstep.rest.Answers.assertHidden;
import static io.lockstep.rest.Answers.awaitGone;
import static io.lockstep.rest.Answers.follow;
import static io.lockstep.rest.Answers.lifetime;
import static io.lockstep.rest.Answers.meta;
import static io.lockstep.rest.Answers.newName;
import static io.lockstep.rest.Answers.newService;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.Answers.segment;
import static io.lockstep.rest.Answers.sid;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What lists, maps and streams have in common. */
class ObjectRoutesTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    static Stream<Arguments> namesThatMayBe() {
        return everyKindWith("x", "IS1", "a/b", "a b+c%", "😀", "..", "?#&=;", "ES111");
    }

    static Stream<Arguments> namesThatMayNotBe() {
        String hex = "0123456789abcdef0123456789abcdef";
        return everyKindWith("", "ES" + hex, "mp" + hex, "XY" + hex, "To" + hex, "x".repeat(321));
    }

    static Stream<Arguments> timesThatMayNotBe() {
        return everyKindWith("-1", "31536001", "1.5", "x", "99999999999999999999");
    }

    private static Stream<Arguments> everyKindWith(String... values) {
        return Stream.of(ObjectKind.values()).flatMap(kind -> Stream.of(values).map(it -> Arguments.of(kind, it)));
    }

    @ParameterizedTest
    @MethodSource("namesThatMayBe")
    void aNameMayHoldAnythingAndStandsForTheSid(ObjectKind kind, String text) {
        String name = text + newName();

        Answer answer = server.post(kind.inDefault(), "UniqueName", name);

        String byName = kind.inDefault() + "/" + segment(name);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().getString("unique_name")).isEqualTo(name);
        assertThat(server.get(byName).json()).isEqualTo(answer.json());
        assertThat(server.get(path(answer)).json()).isEqualTo(answer.json());
        assertThat(sid(server.post(byName, "Ttl", "60"))).isEqualTo(sid(answer));
        assertThat(server.delete(byName).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @MethodSource("namesThatMayNotBe")
    void aNameThatIsEmptyOrTooLongOrLikeASidIsRefused(ObjectKind kind, String name) {
        assertError(server.post(kind.inDefault(), "UniqueName", name), 400, 54302);
    }

    @ParameterizedTest
    @EnumSource
    void aNameHasUpTo320CodePoints(ObjectKind kind) {
        String unique = newName();
        String longest = unique + "😀".repeat(320 - unique.length());

        Answer answer = server.post(kind.inDefault(), "UniqueName", longest);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(server.get(kind.inDefault() + "/" + segment(longest)).json()).isEqualTo(answer.json());
    }

    @ParameterizedTest
    @EnumSource
    void aNameIsTakenOnceInAService(ObjectKind kind) {
        String name = newName();
        Answer first = server.post(kind.inDefault(), "UniqueName", name);

        Answer second = server.post(kind.inDefault(), "UniqueName", name, "Ttl", "60");

        assertError(second, 409, 54301);
        assertThat(server.get(path(first)).json()).isEqualTo(first.json());
        assertThat(server.post(kind.in(newService(server)), "UniqueName", name).status())
                .isEqualTo(201);
    }

    @Test
    void objectsOfDifferentKindsMayHaveTheSameName() {
        String name = newName();
        server.post(ObjectKind.DEFAULT_SERVICE + "/Documents", "UniqueName", name);

        for (ObjectKind kind : ObjectKind.values()) {
            Answer answer = server.post(kind.inDefault(), "UniqueName", name);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(server.get(kind.inDefault() + "/" + name).json()).isEqualTo(answer.json());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeletedOneIsGoneAndItsNameFree(ObjectKind kind) {
        String name = newName();
        Answer created = server.post(kind.inDefault(), "UniqueName", name);

        Answer answer = server.delete(kind.inDefault() + "/" + name);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.response().body()).isEmpty();
        assertError(server.get(path(created)), 404, 20404);
        assertError(server.post(path(created), "Ttl", "1"), 404, 20404);
        assertError(server.delete(path(created)), 404, 20404);
        Answer again = server.post(kind.inDefault(), "UniqueName", name);
        assertThat(again.status()).isEqualTo(201);
        assertThat(sid(again)).isNotEqualTo(sid(created));
    }

    @ParameterizedTest
    @EnumSource
    void aTimeToLiveIsSetAndClearedAndKept(ObjectKind kind) {
        Answer created = server.post(kind.inDefault(), "Ttl", "31536000");

        Answer set = server.post(path(created), "Ttl", "100");
        Answer cleared = server.post(path(created), "Ttl", "0");
        Answer never = server.post(kind.inDefault(), "Ttl", "0");

        assertThat(lifetime(created)).isBetween(31_536_000L, 31_536_001L);
        assertThat(set.status()).isEqualTo(200);
        assertThat(lifetime(set)).isBetween(100L, 101L);
        assertThat(cleared.json().getString("date_expires")).isNull();
        assertThat(never.json().getString("date_expires")).isNull();
        assertThat(server.get(path(created)).json()).isEqualTo(cleared.json());
    }

    @ParameterizedTest
    @MethodSource("timesThatMayNotBe")
    void aTimeToLiveThatCannotBeIsRefusedAndChangesNothing(ObjectKind kind, String ttl) {
        String name = newName();
        Answer before = server.post(kind.inDefault(), "Ttl", "60");

        assertError(server.post(kind.inDefault(), "UniqueName", name, "Ttl", ttl), 400, 54011);
        assertError(server.post(path(before), "Ttl", ttl), 400, 54011);

        assertError(server.get(kind.inDefault() + "/" + name), 404, 20404);
        assertThat(server.get(path(before)).json()).isEqualTo(before.json());
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateNeedsAParameter(ObjectKind kind) {
        Answer before = server.post(kind.inDefault(), "Ttl", "60");

        assertError(server.post(path(before)), 400, 54010);
        assertError(server.post(path(before), "Ttl", ""), 400, 54010);
        assertError(server.post(path(before), "UniqueName", newName()), 400, 54010);

        assertThat(server.get(path(before)).json()).isEqualTo(before.json());
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredOneIsGoneAtOnceAndItsNameFree(ObjectKind kind) {
        String service = newService(server);
        String name = newName();
        Answer created = server.post(kind.in(service), "UniqueName", name, "Ttl", "1");
        awaitGone(server, path(created));

        Answer again = server.post(kind.in(service), "UniqueName", name);

        assertThat(again.status()).isEqualTo(201);
        assertThat(sid(again)).isNotEqualTo(sid(created));
        assertError(server.post(path(created), "Ttl", "0"), 404, 20404);
        assertError(server.delete(path(created)), 404, 20404);
        assertThat(rows(server.get(kind.in(service)).json(), "sid")).containsExactly(sid(again));
    }

    @ParameterizedTest
    @EnumSource
    void onesOfAnotherAccountOrOfADeletedServiceAreNotThere(ObjectKind kind) {
        String service = newService(server);
        Answer created = server.post(kind.in(service));
        Issued other = server.newAccount();

        assertHidden(server, other, path(created), "Ttl=1");
        assertError(server.send(as(other, server.postForm(kind.in(service), ""))), 404, 20404);
        assertError(server.send(as(other, server.request(kind.in(service)))), 404, 20404);
        assertThat(server.get(path(created)).json()).isEqualTo(created.json());
        server.delete(service);

        assertHidden(server, server.account(), path(created), "Ttl=1");
        assertError(server.post(kind.in(service)), 404, 20404);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsUnknownOrOfAnotherKindIsNotThere(ObjectKind kind) {
        String document = sid(server.post(ObjectKind.DEFAULT_SERVICE + "/Documents"));
        String elsewhere = sid(server.post(kind.in(newService(server))));

        for (String name : List.of(kind.unknownSid(), newName(), document, elsewhere)) {
            assertHidden(server, server.account(), kind.inDefault() + "/" + name, "Ttl=1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesFollowTheOrderOfCreationForwardsAndBack(ObjectKind kind) {
        String all = kind.in(newService(server));
        List<String> created = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            created.add(sid(server.post(all)));
        }

        JsonObject first = server.get(all + "?PageSize=2").json();
        JsonObject second = follow(server, first, "next_page_url");
        JsonObject third = follow(server, second, "next_page_url");

        assertThat(meta(first).getString("key")).isEqualTo(kind.key());
        assertThat(meta(first).getString("url")).isEqualTo(server.url(all + "?PageSize=2&Page=0"));
        assertThat(meta(first).getString("previous_page_url")).isNull();
        assertThat(rows(first, "sid")).isEqualTo(created.subList(0, 2));
        assertThat(rows(second, "sid")).isEqualTo(created.subList(2, 4));
        assertThat(rows(third, "sid")).isEqualTo(created.subList(4, 5));
        assertThat(meta(third).getString("next_page_url")).isNull();
        assertThat(follow(server, third, "previous_page_url").getJsonArray(kind.key()))
                .isEqualTo(second.getJsonArray(kind.key()));
    }

    @ParameterizedTest
    @EnumSource
    void aServiceWithoutAnyHasAnEmptyPage(ObjectKind kind) {
        String all = kind.in(newService(server));

        JsonObject page = server.get(all).json();

        assertThat(page.getJsonArray(kind.key())).isEmpty();
        assertThat(meta(page).getString("next_page_url")).isNull();
    }
}
