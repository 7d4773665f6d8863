package io.lockstep.rest;

import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceRoutesTest {

    private static final String SERVICES = "/v1/Services";

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Nested
    class Create {

        @Test
        void answers201WithEveryPropertyAtItsDefault() {
            Answer answer = server.post(SERVICES);

            JsonObject json = answer.json();
            String url = server.url(SERVICES + "/" + json.getString("sid"));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(json.getString("sid")).matches("IS[0-9a-f]{32}");
            assertThat(json.getString("date_created")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(json.getString("date_updated")).isEqualTo(json.getString("date_created"));
            assertThat(json.getMap())
                    .containsOnlyKeys(
                            "sid",
                            "unique_name",
                            "account_sid",
                            "friendly_name",
                            "date_created",
                            "date_updated",
                            "url",
                            "webhook_url",
                            "webhooks_from_rest_enabled",
                            "reachability_webhooks_enabled",
                            "acl_enabled",
                            "reachability_debouncing_enabled",
                            "reachability_debouncing_window",
                            "links")
                    .containsEntry("unique_name", null)
                    .containsEntry("account_sid", server.account().sid().toString())
                    .containsEntry("friendly_name", null)
                    .containsEntry("url", url)
                    .containsEntry("webhook_url", null)
                    .containsEntry("webhooks_from_rest_enabled", false)
                    .containsEntry("reachability_webhooks_enabled", false)
                    .containsEntry("acl_enabled", false)
                    .containsEntry("reachability_debouncing_enabled", false)
                    .containsEntry("reachability_debouncing_window", 5000);
            assertThat(json.getJsonObject("links").getMap())
                    .isEqualTo(Map.of(
                            "documents", url + "/Documents",
                            "lists", url + "/Lists",
                            "maps", url + "/Maps",
                            "streams", url + "/Streams"));
        }

        @Test
        void takesEveryParameterAndBooleansInAnyCase() {
            JsonObject json = server.post(
                            SERVICES,
                            "FriendlyName",
                            "Zoë & co",
                            "WebhookUrl",
                            "https://u:p@e.com/x?a=1#rc=3",
                            "WebhooksFromRestEnabled",
                            "True",
                            "ReachabilityWebhooksEnabled",
                            "TRUE",
                            "AclEnabled",
                            "true",
                            "ReachabilityDebouncingEnabled",
                            "tRuE",
                            "ReachabilityDebouncingWindow",
                            "30000",
                            "Unknown",
                            "ignored")
                    .json();

            assertThat(json.getMap())
                    .containsEntry("friendly_name", "Zoë & co")
                    .containsEntry("webhook_url", "https://u:p@e.com/x?a=1#rc=3")
                    .containsEntry("webhooks_from_rest_enabled", true)
                    .containsEntry("reachability_webhooks_enabled", true)
                    .containsEntry("acl_enabled", true)
                    .containsEntry("reachability_debouncing_enabled", true)
                    .containsEntry("reachability_debouncing_window", 30_000);
            assertThat(server.get(SERVICES + "/" + json.getString("sid")).json())
                    .isEqualTo(json);
        }

        @Test
        void aBodyOfAnotherTypeCountsAsNoParameters() {
            var request = as(server.account(), server.postForm(SERVICES, "{\"FriendlyName\":\"x\"}"))
                    .setHeader("Content-Type", "application/json");

            Answer answer = server.send(request);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().getString("friendly_name")).isNull();
        }
    }

    @Nested
    class BadInput {

        @ParameterizedTest
        @CsvSource({
            "FriendlyName, '', 54053",
            "WebhookUrl, ftp://e.com/, 54051",
            "WebhookUrl, /relative, 54051",
            "WebhookUrl, http://, 54051",
            "WebhookUrl, not a url, 54051",
            "WebhookUrl, http://e.com:99999/, 54051",
            "ReachabilityDebouncingWindow, 999, 20001",
            "ReachabilityDebouncingWindow, 30001, 20001",
            "ReachabilityDebouncingWindow, 1e3, 20001",
            "ReachabilityDebouncingWindow, -5000, 20001",
            "ReachabilityDebouncingWindow, 99999999999999999999, 20001",
            "ReachabilityDebouncingWindow, '', 20001",
            "AclEnabled, yes, 20001",
            "AclEnabled, '', 20001",
            "WebhooksFromRestEnabled, 1, 20001",
            "ReachabilityWebhooksEnabled, on, 20001",
            "ReachabilityDebouncingEnabled, null, 20001"
        })
        void isRefusedWithItsCodeAndChangesNothing(String name, String value, int code) {
            JsonObject before = newService();
            String path = SERVICES + "/" + before.getString("sid");

            Answer create = server.post(SERVICES, name, value);
            Answer update = server.post(path, "FriendlyName", "changed", name, value);

            assertError(create, 400, code);
            assertError(update, 400, code);
            assertThat(server.get(path).json()).isEqualTo(before);
        }

        @Test
        void aFriendlyNameMayHave255CharactersHoweverManyBytesTheyTake() {
            String longest = "😀".repeat(255);

            assertThat(server.post(SERVICES, "FriendlyName", longest).json().getString("friendly_name"))
                    .isEqualTo(longest);
            assertError(server.post(SERVICES, "FriendlyName", longest + "x"), 400, 54053);
        }

        @Test
        void aWebhookUrlMayHave512Characters() {
            String longest = "https://e.com/" + "x".repeat(498);

            assertThat(server.post(SERVICES, "WebhookUrl", longest).status()).isEqualTo(201);
            assertError(server.post(SERVICES, "WebhookUrl", longest + "x"), 400, 54051);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"FriendlyName=%", "FriendlyName=%4", "FriendlyName=%00", "FriendlyName=%ED%A0%80", "%zz=1"})
        void brokenTextIsRefused(String body) {
            assertError(server.send(as(server.account(), server.postForm(SERVICES, body))), 400, 20001);
        }

        @Test
        void aBodyThatIsTooLargeIsRefused() {
            String body = "FriendlyName=" + "x".repeat(1_048_576);

            assertError(server.send(as(server.account(), server.postForm(SERVICES, body))), 413, 20413);
        }
    }

    @Nested
    class Update {

        @Test
        void keepsWhatItDoesNotName() {
            JsonObject before = newService();

            JsonObject after = server.post(SERVICES + "/" + before.getString("sid"), "AclEnabled", "true")
                    .json();

            assertThat(after.copy().put("acl_enabled", false).put("date_updated", ""))
                    .isEqualTo(before.copy().put("date_updated", ""));
            assertThat(after.getBoolean("acl_enabled")).isTrue();
        }

        @Test
        void withoutParametersChangesNothing() {
            JsonObject before = newService();

            Answer answer = server.post(SERVICES + "/" + before.getString("sid"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json()).isEqualTo(before);
        }

        @Test
        void anEmptyWebhookUrlClearsIt() {
            JsonObject before = newService();

            JsonObject after = server.post(SERVICES + "/" + before.getString("sid"), "WebhookUrl", "")
                    .json();

            assertThat(before.getString("webhook_url")).isNotNull();
            assertThat(after.getString("webhook_url")).isNull();
        }
    }

    @Nested
    class Delete {

        @Test
        void hidesTheServiceAtOnceAndOnlyOnce() {
            String path = SERVICES + "/" + newService().getString("sid");

            Answer answer = server.delete(path);

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.response().body()).isEmpty();
            assertError(server.get(path), 404, 20404);
            assertError(server.post(path, "FriendlyName", "x"), 404, 20404);
            assertError(server.delete(path), 404, 20404);
        }
    }

    @Nested
    class Missing {

        @Test
        void anotherAccountsServiceIsNotThere() {
            String path = SERVICES + "/" + newService().getString("sid");
            Issued stranger = server.newAccount();

            Stream.of(
                            server.request(path).GET(),
                            server.request(path).DELETE(),
                            server.postForm(path, "FriendlyName=stolen"))
                    .forEach(request -> assertError(server.send(as(stranger, request)), 404, 20404));

            assertThat(server.get(path).json().getString("friendly_name")).isEqualTo("friendly");
            assertThat(server.send(as(stranger, server.request(SERVICES).GET()))
                            .json()
                            .getJsonArray("services"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "IS00000000000000000000000000000000",
                    "ET00000000000000000000000000000000",
                    "IS71",
                    "unknown",
                    "Default",
                    "a%2Fb",
                    "..",
                    "%2E%2E",
                    "+",
                    "%F0%9F%98%80"
                })
        void anUnknownServiceIsNotFoundByItsPath(String name) {
            Answer answer = server.get(SERVICES + "/" + name);

            assertError(answer, 404, 20404);
            assertThat(answer.json().getString("message"))
                    .isEqualTo("The requested resource /Services/" + name + " was not found");
        }
    }

    @Nested
    class Default {

        @Test
        void comesIntoBeingWhenItIsFirstRead() {
            Issued account = server.newAccount();

            JsonObject made = server.send(
                            as(account, server.request(SERVICES + "/default").GET()))
                    .json();
            JsonObject again = server.send(
                            as(account, server.request(SERVICES + "/default").GET()))
                    .json();

            assertThat(made.getString("unique_name")).isEqualTo("default");
            assertThat(made.getString("friendly_name")).isNull();
            assertThat(made.getString("url")).endsWith(made.getString("sid"));
            assertThat(again).isEqualTo(made);
        }

        @Test
        void isOneAlsoWhenManyReadItAtOnceAndAfterItWasDeleted() {
            Issued account = server.newAccount();

            for (int round = 0; round < 3; round++) {
                Set<String> sids = IntStream.range(0, 24)
                        .parallel()
                        .mapToObj(i -> server.send(as(
                                account, server.request(SERVICES + "/default").GET())))
                        .map(answer -> answer.json().getString("sid"))
                        .collect(java.util.stream.Collectors.toSet());

                assertThat(sids).hasSize(1);
                Answer deleted = server.send(
                        as(account, server.request(SERVICES + "/default").DELETE()));
                assertThat(deleted.status()).isEqualTo(204);
                assertError(server.get(SERVICES + "/" + sids.iterator().next()), 404, 20404);
            }
        }

        @Test
        void isNotMadeToBeDeleted() {
            Issued account = server.newAccount();

            assertError(
                    server.send(
                            as(account, server.request(SERVICES + "/default").DELETE())),
                    404,
                    20404);
        }

        @Test
        void canBeUpdatedBeforeItWasRead() {
            Issued account = server.newAccount();

            Answer answer = server.send(as(account, server.postForm(SERVICES + "/default", "FriendlyName=mine")));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().getString("friendly_name")).isEqualTo("mine");
        }
    }

    @Test
    void anyOfManyUpdatesAtOnceIsWholeAndDatesNeverGoBack() {
        String path = SERVICES + "/" + newService().getString("sid");

        List<Answer> answers = IntStream.range(0, 40)
                .parallel()
                .mapToObj(i -> server.post(path, "FriendlyName", "n" + i, "WebhookUrl", "http://e.com/" + i))
                .toList();

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        JsonObject last = server.get(path).json();
        assertThat(last.getString("webhook_url"))
                .endsWith("/" + last.getString("friendly_name").substring(1));
        assertThat(last.getString("date_updated")).isGreaterThanOrEqualTo(last.getString("date_created"));
    }

    private static JsonObject newService() {
        return server.post(SERVICES, "FriendlyName", "friendly", "WebhookUrl", "http://e.com/hook")
                .json();
    }

    static void assertError(Answer answer, int status, int code) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        JsonObject body = answer.json();
        assertThat(body.getMap()).containsOnlyKeys("code", "message", "more_info", "status");
        assertThat(body.getInteger("code")).isEqualTo(code);
        assertThat(body.getInteger("status")).isEqualTo(status);
        assertThat(body.getString("more_info")).isEqualTo("https://www.twilio.com/docs/errors/" + code);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
    }
}
