package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services by Twilio's own Java library, which knows nothing of us. */
@Timeout(120)
class TwilioJavaServicesTest {

    private static final Api API = SharedServer.api();

    private final TwilioRestClient client = Twilio.rewriting(API);

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
            assertThat(created.getUrl()).hasToString(API.address() + "/v1/Services/" + created.getSid());
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

        private final TwilioRestClient owner = Twilio.rewriting(SharedServer.newAccount());

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
            Api account = SharedServer.newAccount();

            TwilioList.assertHoldsWhatIsCreated(
                    number -> Service.creator()
                            .setFriendlyName("number " + number)
                            .create(Twilio.rewriting(account))
                            .getSid(),
                    account,
                    Service::reader,
                    Service::getSid);
        }

        @Test
        void leadBackTheWayTheyCame() {
            Api account = SharedServer.newAccount();
            List<String> created = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                created.add(Service.creator().create(Twilio.rewriting(account)).getSid());
            }

            TwilioList.assertLeadsThereAndBack(created, account, Service::reader, Service::getSid);
            assertThat(Api.json(account.get("/v1/Services"))
                            .getJsonObject("meta")
                            .getMap())
                    .containsEntry("previous_page_url", null)
                    .containsEntry("next_page_url", null)
                    .containsEntry("page", 0)
                    .containsEntry("page_size", 50)
                    .containsEntry("key", "services")
                    .containsEntry("first_page_url", API.address() + "/v1/Services?PageSize=50&Page=0");
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
            for (Api stranger : List.of(
                    API.as(Bootstrap.ACCOUNT, "wrong"),
                    API.as("AC" + "f".repeat(32), Bootstrap.TOKEN),
                    API.as(Bootstrap.KEY, Bootstrap.TOKEN))) {
                assertFails(() -> Service.reader().read(Twilio.rewriting(stranger)), 401, 20003);
            }
        }
    }

    @Nested
    class Accounts {

        @Test
        void areServedByTheirKeysToo() {
            TwilioRestClient withKey = Twilio.rewriting(API.as(Bootstrap.KEY, Bootstrap.KEY_SECRET));

            Service created = Service.creator().create(withKey);

            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(fetch(created)).isEqualTo(created);
        }

        @Test
        void seeNothingOfEachOther() {
            Service created = Service.creator().create(client);
            TwilioRestClient other = Twilio.rewriting(SharedServer.newAccount());

            assertThat(Service.reader().read(other)).isEmpty();
            assertFails(() -> Service.fetcher(created.getSid()).fetch(other), 404, 20404);
            assertFails(() -> Service.updater(created.getSid()).update(other), 404, 20404);
            assertFails(() -> Service.deleter(created.getSid()).delete(other), 404, 20404);
            assertThat(fetch(created)).isEqualTo(created);
        }
    }

    private Service createWithEverything() {
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

    private Service fetch(Service service) {
        return Service.fetcher(service.getSid()).fetch(client);
    }
}
