package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentRoutesTest {

    private static final String DOCUMENTS = "/v1/Services/default/Documents";
    private static final String HEX = "0123456789abcdef0123456789abcdef";
    private static final long PATIENCE = 20_000_000_000L; // nanoseconds

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Nested
    class Create {

        @Test
        void answers201WithEveryPropertyAtItsDefault() {
            Answer answer = server.post(DOCUMENTS);

            JsonObject json = answer.json();
            String url = server.url("/v1/Services/" + json.getString("service_sid") + "/Documents/" + sid(answer));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("ETag")).isEqualTo("\"0\"");
            assertThat(sid(answer)).matches("ET[0-9a-f]{32}");
            assertThat(json.getString("service_sid")).matches("IS[0-9a-f]{32}");
            assertThat(json.getString("date_created")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(json.getString("date_updated")).isEqualTo(json.getString("date_created"));
            assertThat(json.getMap())
                    .containsOnlyKeys(
                            "sid",
                            "unique_name",
                            "account_sid",
                            "service_sid",
                            "url",
                            "links",
                            "revision",
                            "data",
                            "date_expires",
                            "date_created",
                            "date_updated",
                            "created_by")
                    .containsEntry("unique_name", null)
                    .containsEntry("account_sid", server.account().sid().toString())
                    .containsEntry("url", url)
                    .containsEntry("revision", "0")
                    .containsEntry("date_expires", null)
                    .containsEntry("created_by", "system");
            assertThat(json.getJsonObject("data")).isEmpty();
            assertThat(json.getJsonObject("links").getMap()).isEqualTo(Map.of("permissions", url + "/Permissions"));
        }

        @Test
        void takesEveryParameter() {
            String name = newName();

            Answer answer = server.post(
                    DOCUMENTS, "UniqueName", name, "Data", "{ \"z\" : 1.0, \"a\" : \"é \" }", "Ttl", "60", "Else", "x");

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().getString("unique_name")).isEqualTo(name);
            assertThat(answer.response().body()).contains("\"data\":{\"z\":1.0,\"a\":\"é \"}");
            assertThat(lifetime(answer)).isBetween(60L, 61L);
            assertThat(server.get(path(answer)).response().body())
                    .isEqualTo(answer.response().body());
        }

        @Test
        void aBodyOfAnotherTypeCountsAsNoParameters() {
            Answer answer = server.send(as(server.account(), server.postForm(DOCUMENTS, "Data=[]"))
                    .setHeader("Content-Type", "application/json"));

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().getJsonObject("data")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "IS1", "a/b", "a b+c%", "😀", "..", "?#&=;", "ET0123"})
        void aNameMayHoldAnything(String text) {
            String name = text + newName();

            Answer answer = server.post(DOCUMENTS, "UniqueName", name);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(server.get(DOCUMENTS + "/" + segment(name)).json()).isEqualTo(answer.json());
        }

        @Test
        void namesHaveUpTo320CodePoints() {
            String unique = newName();
            String longest = unique + "😀".repeat(320 - unique.length());

            assertThat(server.post(DOCUMENTS, "UniqueName", longest).status()).isEqualTo(201);
            assertThat(server.get(DOCUMENTS + "/" + segment(longest)).status()).isEqualTo(200);
            assertError(server.post(DOCUMENTS, "UniqueName", longest + "x"), 400, 54302);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "ET" + HEX, "et" + HEX, "XY" + HEX, "Et0123456789ABCDEF0123456789ABCDEF"})
        void aNameThatIsEmptyOrLikeASidIsRefused(String name) {
            assertError(server.post(DOCUMENTS, "UniqueName", name), 400, 54302);
        }

        @Test
        void aNameIsTakenOnceInAService() {
            String name = newName();
            Answer first = server.post(DOCUMENTS, "UniqueName", name);
            String other = server.post("/v1/Services").json().getString("sid");

            assertError(server.post(DOCUMENTS, "UniqueName", name, "Data", "{\"a\":1}"), 409, 54301);
            assertThat(server.post("/v1/Services/" + other + "/Documents", "UniqueName", name)
                            .status())
                    .isEqualTo(201);
            assertThat(server.get(path(first)).json()).isEqualTo(first.json());
        }

        @Test
        void dataIsLimitedInBytes() {
            String largest = "{\"a\":\"" + "é".repeat((16_384 - 8) / 2) + "\"}";

            Answer answer = server.post(DOCUMENTS, "Data", largest);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.response().body()).contains(largest);
            assertError(server.post(DOCUMENTS, "Data", largest.replace("\"}", "x\"}")), 413, 54006);
        }
    }

    @Nested
    class BadInput {

        @ParameterizedTest
        @CsvSource({
            "Data, '', 54008",
            "Data, '{', 54008",
            "Data, '{} {}', 54008",
            "Data, text, 54008",
            "Data, '[]', 54101",
            "Data, null, 54101",
            "Data, 1, 54101",
            "Ttl, -1, 54011",
            "Ttl, 31536001, 54011",
            "Ttl, 1.5, 54011",
            "Ttl, x, 54011",
            "Ttl, 99999999999999999999, 54011",
        })
        void isRefusedByCreateAndUpdateAndChangesNothing(String parameter, String value, int code) {
            Answer before = server.post(DOCUMENTS, "Data", "{\"kept\":1}");
            String name = newName();

            assertError(server.post(DOCUMENTS, "UniqueName", name, parameter, value), 400, code);
            assertError(server.post(path(before), parameter, value), 400, code);

            assertThat(server.get(DOCUMENTS + "/" + name).status()).isEqualTo(404);
            assertThat(server.get(path(before)).json()).isEqualTo(before.json());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "Data", "Unknown=x", "Ttl="})
        void anUpdateNeedsAParameter(String form) {
            Answer before = server.post(DOCUMENTS, "Data", "{\"kept\":1}");

            Answer answer = server.send(as(server.account(), server.postForm(path(before), form)));

            assertError(answer, 400, form.equals("Data") ? 54008 : 54010);
            assertThat(server.get(path(before)).json()).isEqualTo(before.json());
        }

        @ParameterizedTest
        @CsvSource({
            "a%2Fb, 404, 20404",
            "a+b, 404, 20404",
            "%F0%9F%98%80, 404, 20404",
            "%2E%2E, 404, 20404",
            "%00, 400, 20001",
            "a%ZZ, 400, 20001",
            "a%, 400, 20001",
            "%FF, 400, 20001",
            "'', 404, 20404",
            "/, 404, 20404",
            "x/, 404, 20404",
            "x/Nothing, 404, 20404",
            "IS0123456789abcdef0123456789abcdef, 404, 20404",
            "ET0123456789abcdef0123456789abcdef, 404, 20404",
            "et0123456789abcdef0123456789abcdef, 404, 20404",
        })
        void strangePathsNameNothing(String segment, int status, int code) {
            for (String method : new String[] {"GET", "POST", "DELETE"}) {
                String answer = RawHttp.exchange(
                        server.port(),
                        method + " " + DOCUMENTS + "/" + segment + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                + "Authorization: " + credentials()
                                + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                + "Content-Length: 5\r\n\r\nTtl=0");

                assertThat(answer)
                        .as(method)
                        .startsWith("HTTP/1.1 " + status + " ")
                        .contains("\"code\":" + code + ",");
            }
        }

        @Test
        void aPathIsDecodedOnce() {
            String name = newName() + "+%2F😀";
            server.post(DOCUMENTS, "UniqueName", name);

            assertThat(server.get(DOCUMENTS + "/" + segment(name).replace("%2B", "+"))
                            .status())
                    .isEqualTo(200);
            assertThat(server.get(DOCUMENTS + "/" + segment(segment(name))).status())
                    .isEqualTo(404);
        }

        @Test
        void otherMethodsAreRefused() {
            Answer answer = server.send(as(server.account(), server.request(DOCUMENTS + "/x"))
                    .method("PUT", java.net.http.HttpRequest.BodyPublishers.noBody()));

            assertError(answer, 405, 20004);
            assertThat(answer.header("Allow")).isEqualTo("GET, POST, DELETE, OPTIONS");
        }
    }

    @Nested
    class Update {

        @Test
        void replacesTheDataAndMovesTheRevision() {
            Answer created = server.post(DOCUMENTS, "Data", "{\"a\":1}", "UniqueName", newName());

            Answer answer = server.post(path(created), "Data", "{\"b\":2}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("ETag")).isEqualTo("\"1\"");
            assertThat(answer.json().getString("revision")).isEqualTo("1");
            assertThat(answer.json().getJsonObject("data")).isEqualTo(new JsonObject().put("b", 2));
            assertThat(answer.json().getString("unique_name"))
                    .isEqualTo(created.json().getString("unique_name"));
            assertThat(server.get(path(created)).json()).isEqualTo(answer.json());
        }

        @Test
        void revisionsAreHexadecimal() {
            Answer created = server.post(DOCUMENTS);
            List<String> revisions = new ArrayList<>();

            for (int i = 0; i < 17; i++) {
                revisions.add(server.post(path(created), "Data", "{}").json().getString("revision"));
            }

            assertThat(revisions)
                    .containsExactly(
                            "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f", "10", "11");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "\"1\"", "W/\"1\"", "*", " 1 "})
        void goesOnAtTheRevisionThatIsMeantInAnyForm(String ifMatch) {
            String path = path(server.post(DOCUMENTS));
            server.post(path, "Data", "{}");

            Answer answer = conditional(path, "Data={\"a\":1}", ifMatch);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().getString("revision")).isEqualTo("2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "\"2\"", "W/\"01\"", "ff"})
        void isRefusedAtAnotherRevision(String ifMatch) {
            String path = path(server.post(DOCUMENTS));
            Answer before = server.post(path, "Data", "{}");

            assertError(conditional(path, "Data={\"a\":1}", ifMatch), 412, 20412);
            assertError(conditional(path, "Ttl=5", ifMatch), 412, 20412);
            assertThat(server.get(path).json()).isEqualTo(before.json());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\"", "\"1", "a b", "\"1\", \"2\"", "W/1", "-1", "é"})
        void aConditionThatIsNoneIsRefused(String ifMatch) {
            String path = path(server.post(DOCUMENTS));

            String answer = RawHttp.exchange(
                    server.port(),
                    "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + credentials()
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nIf-Match: " + ifMatch
                            + "\r\nContent-Length: 5\r\n\r\nTtl=0");

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"code\":54003,");
        }

        @Test
        void ofWhatIsNotThereIs404() {
            assertError(server.post(DOCUMENTS + "/ET" + HEX, "Ttl", "1"), 404, 20404);
            assertError(server.post(DOCUMENTS + "/" + newName(), "Ttl", "1"), 404, 20404);
        }
    }

    @Nested
    class TimeToLive {

        @Test
        void isKeptWhenItIsNotNamedAndAnEventWhenItIs() {
            Answer created = server.post(DOCUMENTS, "Ttl", "31536000");

            Answer kept = server.post(path(created), "Data", "{\"a\":1}", "Ttl", "");
            Answer cleared = server.post(path(created), "Ttl", "0");
            Answer set = server.post(path(created), "Ttl", "100");

            assertThat(lifetime(created)).isBetween(31_536_000L, 31_536_001L);
            assertThat(kept.json().getString("date_expires"))
                    .isEqualTo(created.json().getString("date_expires"));
            assertThat(cleared.json().getString("date_expires")).isNull();
            assertThat(cleared.json().getString("revision")).isEqualTo("2");
            assertThat(cleared.json().getJsonObject("data"))
                    .isEqualTo(kept.json().getJsonObject("data"));
            assertThat(lifetime(set)).isBetween(100L, 101L);
            assertThat(set.json().getString("revision")).isEqualTo("3");
        }

        @Test
        void endsInADocumentThatIsNotThereAndAFreeName() {
            String name = newName();
            Answer created = server.post(DOCUMENTS, "UniqueName", name, "Ttl", "1");

            awaitGone(path(created));
            Answer again = server.post(DOCUMENTS, "UniqueName", name);

            assertThat(again.status()).isEqualTo(201);
            assertThat(sid(again)).isNotEqualTo(sid(created));
            assertError(server.post(path(created), "Ttl", "0"), 404, 20404);
            assertThat(server.get(DOCUMENTS + "/" + name).json()).isEqualTo(again.json());
        }

        @Test
        void hidesTheDocumentFromWritesAndListsToo() {
            String service = server.post("/v1/Services").json().getString("sid");
            String documents = "/v1/Services/" + service + "/Documents";
            Answer created = server.post(documents, "Ttl", "1");

            awaitGone(path(created));

            assertThat(server.get(documents).json().getJsonArray("documents")).isEmpty();
            assertError(server.delete(path(created)), 404, 20404);
            assertError(server.get(path(created) + "/Permissions"), 404, 20404);
        }

        private void awaitGone(String path) {
            long deadline = System.nanoTime() + PATIENCE;
            while (server.get(path).status() == 200) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertError(server.get(path), 404, 20404);
        }
    }

    @Nested
    class Delete {

        @Test
        void answers204AndFreesTheName() {
            String name = newName();
            Answer created = server.post(DOCUMENTS, "UniqueName", name);

            Answer answer = server.delete(DOCUMENTS + "/" + name);

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.response().body()).isEmpty();
            assertError(server.delete(path(created)), 404, 20404);
            assertError(server.get(path(created)), 404, 20404);
            assertThat(server.post(DOCUMENTS, "UniqueName", name).status()).isEqualTo(201);
        }

        @Test
        void heedsACondition() {
            String path = path(server.post(DOCUMENTS));

            Answer stale = server.send(
                    as(server.account(), server.request(path).DELETE()).header("If-Match", "1"));
            Answer right = server.send(
                    as(server.account(), server.request(path).DELETE()).header("If-Match", "\"0\""));

            assertError(stale, 412, 20412);
            assertThat(right.status()).isEqualTo(204);
        }
    }

    @Nested
    class Services {

        @Test
        void ofAnotherAccountAreNotThere() {
            Answer created = server.post(DOCUMENTS, "Data", "{\"a\":1}");
            Issued other = server.newAccount();
            String documents = path(created).replaceFirst("/ET.*", "");

            assertError(server.send(as(other, server.request(path(created)))), 404, 20404);
            assertError(server.send(as(other, server.postForm(path(created), "Ttl=1"))), 404, 20404);
            assertError(server.send(as(other, server.request(path(created)).DELETE())), 404, 20404);
            assertError(server.send(as(other, server.postForm(documents, ""))), 404, 20404);
            assertThat(server.get(path(created)).json()).isEqualTo(created.json());
        }

        @Test
        void thatAreDeletedHaveNoDocuments() {
            String service =
                    "/v1/Services/" + server.post("/v1/Services").json().getString("sid");
            Answer created = server.post(service + "/Documents");
            server.delete(service);

            assertError(server.get(path(created)), 404, 20404);
            assertError(server.post(path(created), "Ttl", "1"), 404, 20404);
            assertError(server.delete(path(created)), 404, 20404);
            assertError(server.post(service + "/Documents"), 404, 20404);
        }

        @Test
        void thatAreUnknownAre404() {
            assertError(server.post("/v1/Services/IS" + HEX + "/Documents"), 404, 20404);
            assertError(server.get("/v1/Services/ET" + HEX + "/Documents"), 404, 20404);
            assertError(server.get("/v1/Services/nothing/Documents"), 404, 20404);
        }

        @Test
        void ofAnotherAccountOrUnknownHaveNoList() {
            String service = server.post("/v1/Services").json().getString("sid");
            Issued other = server.newAccount();

            assertError(server.send(as(other, server.request("/v1/Services/" + service + "/Documents"))), 404, 20404);
            assertError(server.get("/v1/Services/IS" + HEX + "/Documents"), 404, 20404);
        }
    }

    @Nested
    class Pages {

        @Test
        void followTheOrderOfCreationForwardsAndBack() {
            String documents =
                    "/v1/Services/" + server.post("/v1/Services").json().getString("sid") + "/Documents";
            List<String> created = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                created.add(sid(server.post(documents)));
            }

            JsonObject first = server.get(documents + "?PageSize=2").json();
            JsonObject second = follow(first, "next_page_url");
            JsonObject third = follow(second, "next_page_url");

            assertThat(sids(first)).isEqualTo(created.subList(0, 2));
            assertThat(sids(second)).isEqualTo(created.subList(2, 4));
            assertThat(sids(third)).isEqualTo(created.subList(4, 5));
            assertThat(third.getJsonObject("meta").getString("next_page_url")).isNull();
            assertThat(sids(follow(third, "previous_page_url"))).isEqualTo(sids(second));
            assertThat(first.getJsonObject("meta").getString("key")).isEqualTo("documents");
        }

        private static JsonObject follow(JsonObject page, String link) {
            String url = page.getJsonObject("meta").getString(link);
            return server.get(url.substring(server.url("").length())).json();
        }

        private static List<String> sids(JsonObject page) {
            return page.getJsonArray("documents").stream()
                    .map(it -> ((JsonObject) it).getString("sid"))
                    .toList();
        }
    }

    private static Answer conditional(String path, String form, String ifMatch) {
        String body = encode(form.substring(0, form.indexOf('=')), form.substring(form.indexOf('=') + 1));
        return server.send(as(server.account(), server.postForm(path, body)).header("If-Match", ifMatch));
    }

    private static long lifetime(Answer answer) {
        return Instant.parse(answer.json().getString("date_expires")).getEpochSecond()
                - Instant.parse(answer.json().getString("date_updated")).getEpochSecond();
    }

    private static String credentials() {
        return TestServer.basic(server.account().sid() + ":" + server.account().secret());
    }

    private static String path(Answer answer) {
        return answer.json().getString("url").substring(server.url("").length());
    }

    private static String sid(Answer answer) {
        return answer.json().getString("sid");
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String newName() {
        return "name-" + UUID.randomUUID();
    }
}
