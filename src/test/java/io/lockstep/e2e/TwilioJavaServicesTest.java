package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.twilio.base.Page;
import com.twilio.exception.ApiException;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services by Twilio's own Java library, which knows nothing of us. */
@Timeout(120)
class TwilioJavaServicesTest {

    private static Map<String, String> settings;

    @AutoClose
    private static ServerProcess server;

    private static TwilioRestClient client;

    @BeforeAll
    static void start() {
        settings = Bootstrap.settings(SharedPostgres.newDatabase(), TestRun.newPath("master-key"));
        server = ServerProcess.start(settings);
        client = Twilio.rewriting(Bootstrap.api(server));
    }

    @Nested
    class OneService {

        @Test
        void isCreatedWithAllParameters() {
            Service created = createWithEverything();

            assertThat(created.getSid()).matches("IS[0-9a-f]{32}");
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getUniqueName()).isNull();
            assertThat(created.getFriendlyName()).isEqualTo("Grün & Blau + 100 %");
            assertThat(created.getWebhookUrl()).hasToString("https://example.com/hook?a=1&b=2");
            assertThat(created.getWebhooksFromRestEnabled()).isTrue();
            assertThat(created.getReachabilityWebhooksEnabled()).isTrue();
            assertThat(created.getAclEnabled()).isTrue();
            assertThat(created.getReachabilityDebouncingEnabled()).isTrue();
            assertThat(created.getReachabilityDebouncingWindow()).isEqualTo(30_000);
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateCreated())
                    .isBetween(
                            ZonedDateTime.now().minusMinutes(1),
                            ZonedDateTime.now().plusMinutes(1));
            assertThat(created.getUrl()).hasToString(server.address() + "/v1/Services/" + created.getSid());
            assertThat(created.getLinks())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "documents", created.getUrl() + "/Documents",
                            "lists", created.getUrl() + "/Lists",
                            "maps", created.getUrl() + "/Maps",
                            "streams", created.getUrl() + "/Streams"));
        }

        @Test
        void isCreatedWithoutParameters() {
            Service created = Service.creator().create(client);

            assertThat(created.getFriendlyName()).isNull();
            assertThat(created.getWebhookUrl()).isNull();
            assertThat(created.getWebhooksFromRestEnabled()).isFalse();
            assertThat(created.getReachabilityWebhooksEnabled()).isFalse();
            assertThat(created.getAclEnabled()).isFalse();
            assertThat(created.getReachabilityDebouncingEnabled()).isFalse();
            assertThat(created.getReachabilityDebouncingWindow()).isEqualTo(5000);
        }

        @Test
        void isFetchedAsItWasCreated() {
            Service created = createWithEverything();

            assertThat(fetch(created)).isEqualTo(created);
        }

        @Test
        void keepsWhatAnUpdateDoesNotName() {
            Service created = createWithEverything();

            Service updated = Service.updater(created.getSid())
                    .setFriendlyName("other")
                    .setAclEnabled(false)
                    .update(client);

            assertThat(updated.getFriendlyName()).isEqualTo("other");
            assertThat(updated.getAclEnabled()).isFalse();
            assertThat(updated.getWebhookUrl()).isEqualTo(created.getWebhookUrl());
            assertThat(updated.getReachabilityDebouncingWindow()).isEqualTo(30_000);
            assertThat(updated.getDateCreated()).isEqualTo(created.getDateCreated());
            assertThat(fetch(created)).isEqualTo(updated);
        }

        @Test
        void isTheSameAfterAnEmptyUpdate() {
            Service created = createWithEverything();

            assertThat(Service.updater(created.getSid()).update(client)).isEqualTo(created);
        }

        @Test
        void losesItsWebhookToAnEmptyOne() {
            Service created = createWithEverything();

            Service.updater(created.getSid()).setWebhookUrl("").update(client);

            assertThat(fetch(created).getWebhookUrl()).isNull();
        }

        @Test
        void isGoneOnceItIsDeleted() {
            Service created = Service.creator().create(client);

            assertThat(Service.deleter(created.getSid()).delete(client)).isTrue();

            assertFails(() -> fetch(created), 404, 20404);
            assertFails(() -> Service.deleter(created.getSid()).delete(client), 404, 20404);
            assertFails(() -> Service.updater(created.getSid()).update(client), 404, 20404);
        }
    }

    @Nested
    class TheDefaultService {

        private final TwilioRestClient owner = Twilio.rewriting(newAccount());

        @Test
        void isThereWhenItIsFirstAskedFor() {
            Service first = Service.fetcher("default").fetch(owner);

            assertThat(first.getUniqueName()).isEqualTo("default");
            assertThat(Service.fetcher("default").fetch(owner)).isEqualTo(first);
            assertThat(Service.fetcher(first.getSid()).fetch(owner)).isEqualTo(first);
            assertThat(Service.updater("default").setFriendlyName("x").update(owner))
                    .extracting(Service::getSid, Service::getFriendlyName)
                    .containsExactly(first.getSid(), "x");

            assertThat(Service.deleter("default").delete(owner)).isTrue();

            assertFails(() -> Service.fetcher(first.getSid()).fetch(owner), 404, 20404);
            assertThat(Service.fetcher("default").fetch(owner).getSid()).isNotEqualTo(first.getSid());
        }
    }

    @Nested
    class Lists {

        @Test
        void seeEveryServiceOnceHoweverManyThereAre() {
            Api account = newAccount();
            TwilioRestClient owner = Twilio.rewriting(account);
            List<String> created = new ArrayList<>();

            for (int size : new int[] {0, 1, 50, 51, 151}) {
                while (created.size() < size) {
                    created.add(Service.creator()
                            .setFriendlyName("number " + created.size())
                            .create(owner)
                            .getSid());
                }

                assertThat(sids(Service.reader().read(owner)))
                        .as("all %s, by rewritten requests", size)
                        .containsExactlyElementsOf(created);
                assertThat(sids(Service.reader().read(Twilio.routing(account))))
                        .as("all %s, by routed connections", size)
                        .containsExactlyElementsOf(created);
                assertThat(sids(Service.reader().pageSize(7).read(owner)))
                        .as("all %s, seven at a time", size)
                        .containsExactlyElementsOf(created);
            }
            assertThat(sids(Service.reader().limit(3).read(owner))).containsExactlyElementsOf(created.subList(0, 3));
            assertThat(sids(Service.reader().pageSize(20).limit(55).read(owner)))
                    .containsExactlyElementsOf(created.subList(0, 55));
        }

        @Test
        void leadBackTheWayTheyCame() {
            Api account = newAccount();
            List<String> created = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                created.add(Service.creator().create(Twilio.rewriting(account)).getSid());
            }

            assertThereAndBack(created, Twilio.rewriting(account));
            assertThereAndBack(created, Twilio.routing(account));
            assertThat(Api.json(account.get("/v1/Services"))
                            .getJsonObject("meta")
                            .getMap())
                    .containsEntry("previous_page_url", null)
                    .containsEntry("next_page_url", null)
                    .containsEntry("page", 0)
                    .containsEntry("page_size", 50)
                    .containsEntry("key", "services")
                    .containsEntry("first_page_url", server.address() + "/v1/Services?PageSize=50&Page=0");
        }

        private void assertThereAndBack(List<String> created, TwilioRestClient owner) {
            Page<Service> first = Service.reader().pageSize(2).firstPage(owner);
            Page<Service> second = Service.reader().nextPage(first, owner);
            Page<Service> last = Service.reader().nextPage(second, owner);

            assertThat(sids(first.getRecords())).isEqualTo(created.subList(0, 2));
            assertThat(sids(second.getRecords())).isEqualTo(created.subList(2, 4));
            assertThat(sids(last.getRecords())).isEqualTo(created.subList(4, 5));
            assertThat(last.hasNextPage()).isFalse();
            assertThat(first.getPageSize()).isEqualTo(2);

            Page<Service> secondAgain = Service.reader().previousPage(last, owner);
            Page<Service> firstAgain = Service.reader().previousPage(secondAgain, owner);
            assertThat(sids(secondAgain.getRecords())).isEqualTo(created.subList(2, 4));
            assertThat(sids(firstAgain.getRecords())).isEqualTo(created.subList(0, 2));
        }
    }

    @Nested
    class Errors {

        @Test
        void carryTwiliosCodes() {
            assertFails(() -> Service.fetcher("IS" + "0".repeat(32)).fetch(client), 404, 20404);
            assertFails(() -> Service.fetcher("no-sid").fetch(client), 404, 20404);
            assertFails(() -> Service.creator().setFriendlyName("").create(client), 400, 54053);
            assertFails(() -> Service.creator().setFriendlyName("x".repeat(256)).create(client), 400, 54053);
            assertFails(
                    () -> Service.creator().setWebhookUrl("ftp://example.com").create(client), 400, 54051);
            assertFails(
                    () -> Service.creator().setReachabilityDebouncingWindow(999).create(client), 400, 20001);
            assertFails(() -> Service.reader().pageSize(1001).read(client), 400, 54454);
        }

        @Test
        void refuseStrangersInOneWay() {
            Api api = Bootstrap.api(server);

            for (Api stranger : List.of(
                    api.as(Bootstrap.ACCOUNT, "wrong"),
                    api.as("AC" + "f".repeat(32), Bootstrap.TOKEN),
                    api.as(Bootstrap.KEY, Bootstrap.TOKEN))) {
                assertFails(() -> Service.reader().read(Twilio.rewriting(stranger)), 401, 20003);
            }
        }
    }

    @Nested
    class Accounts {

        @Test
        void areServedByTheirKeysToo() {
            TwilioRestClient withKey = Twilio.rewriting(Bootstrap.api(server).as(Bootstrap.KEY, Bootstrap.KEY_SECRET));

            Service created = Service.creator().create(withKey);

            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(fetch(created)).isEqualTo(created);
        }

        @Test
        void seeNothingOfEachOther() {
            Service created = Service.creator().create(client);
            TwilioRestClient other = Twilio.rewriting(newAccount());

            assertThat(Service.reader().read(other)).isEmpty();
            assertFails(() -> Service.fetcher(created.getSid()).fetch(other), 404, 20404);
            assertFails(() -> Service.updater(created.getSid()).update(other), 404, 20404);
            assertFails(() -> Service.deleter(created.getSid()).delete(other), 404, 20404);
            assertThat(fetch(created)).isEqualTo(created);
        }
    }

    private static Service createWithEverything() {
        return Service.creator()
                .setFriendlyName("Grün & Blau + 100 %")
                .setWebhookUrl("https://example.com/hook?a=1&b=2")
                .setWebhooksFromRestEnabled(true)
                .setReachabilityWebhooksEnabled(true)
                .setAclEnabled(true)
                .setReachabilityDebouncingEnabled(true)
                .setReachabilityDebouncingWindow(30_000)
                .create(client);
    }

    private static Service fetch(Service service) {
        return Service.fetcher(service.getSid()).fetch(client);
    }

    private static List<String> sids(Iterable<Service> services) {
        List<String> sids = new ArrayList<>();
        services.forEach(service -> sids.add(service.getSid()));
        return sids;
    }

    private static Api newAccount() {
        Command created = Command.runWell(settings, "account", "create");
        return Bootstrap.api(server).as(created.value("Account SID"), created.value("Auth token"));
    }

    private static void assertFails(ThrowingCallable call, int status, int code) {
        assertThatExceptionOfType(ApiException.class).isThrownBy(call).satisfies(failure -> {
            assertThat(failure.getStatusCode()).isEqualTo(status);
            assertThat(failure.getCode()).isEqualTo(code);
            assertThat(failure.getMoreInfo()).isEqualTo("https://www.twilio.com/docs/errors/" + code);
        });
    }
}
