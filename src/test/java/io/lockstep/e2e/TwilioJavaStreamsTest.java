package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import com.twilio.rest.sync.v1.service.SyncStream;
import com.twilio.rest.sync.v1.service.syncstream.StreamMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams and their messages by Twilio's own Java library. */
@Timeout(120)
class TwilioJavaStreamsTest {

    private static final Api API = SharedServer.api();
    private static final Map<String, Object> DATA =
            Map.of("name", "Zoë & 😀 + 100 %", "scores", List.of(1, 2.5), "next", Map.of("deep", true));

    private final TwilioRestClient client = Twilio.rewriting(API);
    private final String service = Service.creator().create(client).getSid();

    @Nested
    class AStream {

        @Test
        void isCreatedWithAllParameters() {
            SyncStream created = SyncStream.creator(service)
                    .setUniqueName("chat/é")
                    .setTtl(60)
                    .create(client);

            assertThat(created.getSid()).matches("TO[0-9a-f]{32}");
            assertThat(created.getUniqueName()).isEqualTo("chat/é");
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getServiceSid()).isEqualTo(service);
            assertThat(created.getCreatedBy()).isEqualTo("system");
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(59),
                            created.getDateCreated().plusSeconds(61));
            assertThat(created.getUrl())
                    .hasToString(API.address() + "/v1/Services/" + service + "/Streams/" + created.getSid());
            assertThat(created.getLinks()).isEqualTo(Map.of("messages", created.getUrl() + "/Messages"));
        }

        @Test
        void isCreatedWithoutParameters() {
            SyncStream created = SyncStream.creator(service).create(client);

            assertThat(created.getUniqueName()).isNull();
            assertThat(created.getDateExpires()).isNull();
        }

        @Test
        void isFetchedByItsSidAndByItsName() {
            SyncStream created = newStream("a name");

            assertThat(SyncStream.fetcher(service, created.getSid()).fetch(client))
                    .isEqualTo(created);
            assertThat(SyncStream.fetcher(service, "a name").fetch(client)).isEqualTo(created);
        }

        @Test
        void getsAnotherTimeToLive() {
            SyncStream created = newStream("lasting");

            SyncStream limited =
                    SyncStream.updater(service, created.getSid()).setTtl(60).update(client);
            SyncStream updated =
                    SyncStream.updater(service, "lasting").setTtl(0).update(client);

            assertThat(limited.getDateExpires()).isNotNull();
            assertThat(updated.getDateExpires()).isNull();
            assertThat(SyncStream.fetcher(service, "lasting").fetch(client)).isEqualTo(updated);
        }

        @Test
        void isGoneOnceItIsDeleted() {
            SyncStream created = newStream("gone");

            assertThat(SyncStream.deleter(service, created.getSid()).delete(client))
                    .isTrue();

            assertFails(() -> SyncStream.fetcher(service, created.getSid()).fetch(client), 404, 20404);
            assertFails(() -> SyncStream.fetcher(service, "gone").fetch(client), 404, 20404);
            assertFails(() -> SyncStream.updater(service, "gone").setTtl(1).update(client), 404, 20404);
            assertFails(() -> SyncStream.deleter(service, "gone").delete(client), 404, 20404);
            assertFails(() -> publish("gone", DATA), 404, 20404);
            assertThat(newStream("gone").getSid()).isNotEqualTo(created.getSid());
        }
    }

    @Nested
    class AMessage {

        @Test
        void isAnsweredWithItsSidAndItsData() {
            String stream = newStream("chat").getSid();

            StreamMessage bySid = publish(stream, DATA);
            StreamMessage byName = publish("chat", Map.of());

            assertThat(bySid.getSid()).matches("TZ[0-9a-f]{32}");
            assertThat(bySid.getData()).isEqualTo(DATA);
            assertThat(byName.getData()).isEqualTo(Map.of());
        }

        @Test
        void hasASidOfItsOwnAndLeavesItsStreamAsItIs() {
            SyncStream stream = newStream("busy");
            Set<String> sids = new HashSet<>();

            IntStream.range(0, 100)
                    .forEach(number ->
                            sids.add(publish("busy", Map.of("number", number)).getSid()));

            assertThat(sids).hasSize(100);
            assertThat(SyncStream.fetcher(service, "busy").fetch(client)).isEqualTo(stream);
        }
    }

    @Nested
    class Lists {

        @Test
        void seeEveryStreamOnceHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> newStream("number " + number).getSid(),
                    API,
                    () -> SyncStream.reader(service),
                    SyncStream::getSid);
        }

        @Test
        void leadBackTheWayTheyCame() {
            List<String> created = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                created.add(newStream("number " + i).getSid());
            }

            TwilioList.assertLeadsThereAndBack(created, API, () -> SyncStream.reader(service), SyncStream::getSid);
        }
    }

    @Test
    void errorsCarryTwiliosCodes() {
        newStream("taken");

        assertFails(() -> SyncStream.creator("IS" + "0".repeat(32)).create(client), 404, 20404);
        assertFails(() -> SyncStream.fetcher(service, "TO" + "0".repeat(32)).fetch(client), 404, 20404);
        assertFails(() -> newStream("taken"), 409, 54301);
        assertFails(() -> newStream("TO" + "0".repeat(32)), 400, 54302);
        assertFails(() -> SyncStream.creator(service).setTtl(31_536_001).create(client), 400, 54011);
        assertFails(() -> SyncStream.updater(service, "taken").update(client), 400, 54010);
        assertFails(() -> SyncStream.reader(service).pageSize(1001).read(client), 400, 54454);
        assertFails(() -> publish("unknown", DATA), 404, 20404);
        assertFails(() -> publish("taken", "[1]"), 400, 54251);
        assertFails(() -> publish("taken", "{"), 400, 54008);
        assertFails(() -> publish("taken", Map.of("a", "x".repeat(4_096))), 413, 54006);
    }

    private SyncStream newStream(String name) {
        return SyncStream.creator(service).setUniqueName(name).create(client);
    }

    private StreamMessage publish(String stream, Object data) {
        return StreamMessage.creator(service, stream, data).create(client);
    }
}
