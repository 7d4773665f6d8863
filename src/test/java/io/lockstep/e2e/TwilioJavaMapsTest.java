package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.base.Reader;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import com.twilio.rest.sync.v1.service.SyncMap;
import com.twilio.rest.sync.v1.service.syncmap.SyncMapItem;
import com.twilio.rest.sync.v1.service.syncmap.SyncMapItem.QueryFromBoundType;
import com.twilio.rest.sync.v1.service.syncmap.SyncMapItem.QueryResultOrder;
import com.twilio.rest.sync.v1.service.syncmap.SyncMapItemUpdater;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Maps and their items by Twilio's own Java library. */
@Timeout(120)
class TwilioJavaMapsTest {

    private static final Api API = SharedServer.api();
    private static final Map<String, Object> DATA =
            Map.of("name", "Zoë & 😀 + 100 %", "scores", List.of(1, 2.5), "next", Map.of("deep", true));

    private final TwilioRestClient client = Twilio.rewriting(API);
    private final String service = Service.creator().create(client).getSid();

    @Nested
    class AMap {

        @Test
        void isCreatedWithAllParameters() {
            SyncMap created = SyncMap.creator(service)
                    .setUniqueName("to do/é")
                    .setTtl(7)
                    .setCollectionTtl(60)
                    .create(client);

            assertThat(created.getSid()).matches("MP[0-9a-f]{32}");
            assertThat(created.getUniqueName()).isEqualTo("to do/é");
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getServiceSid()).isEqualTo(service);
            assertThat(created.getRevision()).isEqualTo("0");
            assertThat(created.getCreatedBy()).isEqualTo("system");
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(59),
                            created.getDateCreated().plusSeconds(61));
            assertThat(created.getUrl())
                    .hasToString(API.address() + "/v1/Services/" + service + "/Maps/" + created.getSid());
            assertThat(created.getLinks())
                    .isEqualTo(Map.of(
                            "items", created.getUrl() + "/Items", "permissions", created.getUrl() + "/Permissions"));
        }

        @Test
        void isCreatedWithoutParameters() {
            SyncMap created = SyncMap.creator(service).create(client);

            assertThat(created.getUniqueName()).isNull();
            assertThat(created.getDateExpires()).isNull();
        }

        @Test
        void isFetchedByItsSidAndByItsName() {
            SyncMap created = newMap("a name");

            assertThat(SyncMap.fetcher(service, created.getSid()).fetch(client)).isEqualTo(created);
            assertThat(SyncMap.fetcher(service, "a name").fetch(client)).isEqualTo(created);
        }

        @Test
        void keepsItsRevisionWhenItsTimeToLiveChanges() {
            SyncMap created = newMap("lasting");

            SyncMap limited = SyncMap.updater(service, "lasting").setTtl(60).update(client);
            SyncMap updated = SyncMap.updater(service, created.getSid())
                    .setTtl(60)
                    .setCollectionTtl(0)
                    .update(client);

            assertThat(limited.getDateExpires()).isNotNull();
            assertThat(updated.getDateExpires()).isNull();
            assertThat(updated.getRevision()).isEqualTo(created.getRevision());
            assertThat(SyncMap.fetcher(service, "lasting").fetch(client)).isEqualTo(updated);
        }

        @Test
        void changesWithItsItems() {
            newMap("moving");

            SyncMapItem item = newItem("moving", "a");
            SyncMap withItem = SyncMap.fetcher(service, "moving").fetch(client);
            SyncMapItem.deleter(service, "moving", item.getKey()).delete(client);

            assertThat(withItem.getRevision()).isEqualTo("1");
            assertThat(withItem.getDateUpdated()).isEqualTo(item.getDateUpdated());
            assertThat(SyncMap.fetcher(service, "moving").fetch(client).getRevision())
                    .isEqualTo("2");
        }

        @Test
        void isGoneOnceItIsDeletedWithItsItems() {
            SyncMap created = newMap("gone");
            newItem("gone", "a");

            assertThat(SyncMap.deleter(service, created.getSid()).delete(client))
                    .isTrue();

            assertFails(() -> SyncMap.fetcher(service, created.getSid()).fetch(client), 404, 20404);
            assertFails(() -> SyncMap.updater(service, "gone").setTtl(1).update(client), 404, 20404);
            assertFails(() -> SyncMap.deleter(service, "gone").delete(client), 404, 20404);
            assertFails(() -> fetch(created.getSid(), "a"), 404, 20404);
            assertFails(() -> newItem("gone", "a"), 404, 20404);
            assertThat(newMap("gone").getSid()).isNotEqualTo(created.getSid());
            assertThat(SyncMapItem.reader(service, "gone").read(client)).isEmpty();
        }

        @Test
        void isListedOnceHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> newMap("number " + number).getSid(), API, () -> SyncMap.reader(service), SyncMap::getSid);
        }
    }

    @Nested
    class AnItem {

        private final String map = newMap("items").getSid();

        @Test
        void isCreatedWithAllParameters() {
            SyncMapItem created = SyncMapItem.creator(service, "items", "a", DATA)
                    .setTtl(7)
                    .setItemTtl(60)
                    .setCollectionTtl(3600)
                    .create(client);

            assertThat(created.getKey()).isEqualTo("a");
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getServiceSid()).isEqualTo(service);
            assertThat(created.getMapSid()).isEqualTo(map);
            assertThat(created.getData()).isEqualTo(DATA);
            assertThat(created.getRevision()).isEqualTo("0");
            assertThat(created.getCreatedBy()).isEqualTo("system");
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(59),
                            created.getDateCreated().plusSeconds(61));
            assertThat(created.getUrl())
                    .hasToString(API.address() + "/v1/Services/" + service + "/Maps/" + map + "/Items/a");
            assertThat(SyncMap.fetcher(service, map).fetch(client).getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(3599),
                            created.getDateCreated().plusSeconds(3601));
        }

        @Test
        void isFetchedByAnyKey() {
            for (String key : List.of("é ü", "+15551230000", "100%", "a:b;c=d&e", "MP" + "0".repeat(32))) {
                SyncMapItem created = newItem("items", key);

                assertThat(created.getKey()).isEqualTo(key);
                assertThat(created.getDateExpires()).isNull();
                assertThat(fetch(map, key)).isEqualTo(created);
            }
        }

        @Test
        void keepsWhatAnUpdateDoesNotName() {
            SyncMapItem created =
                    SyncMapItem.creator(service, map, "a", DATA).setItemTtl(60).create(client);

            SyncMapItem changed =
                    updater("a").setData(Map.of("b", 2)).setCollectionTtl(60).update(client);
            SyncMapItem lasting = updater("a").setTtl(0).update(client);

            assertThat(changed.getData()).isEqualTo(Map.of("b", 2));
            assertThat(changed.getDateExpires()).isEqualTo(created.getDateExpires());
            assertThat(changed.getRevision()).isNotEqualTo(created.getRevision());
            assertThat(lasting.getData()).isEqualTo(Map.of("b", 2));
            assertThat(lasting.getDateExpires()).isNull();
            assertThat(lasting.getRevision()).isNotEqualTo(changed.getRevision());
            assertThat(fetch(map, "a")).isEqualTo(lasting);
        }

        @Test
        void isChangedOnlyAtTheRevisionThatIsAskedFor() {
            String revision = newItem(map, "a").getRevision();

            SyncMapItem updated =
                    updater("a").setData(Map.of("turn", 1)).setIfMatch(revision).update(client);

            assertFails(
                    () -> updater("a")
                            .setData(Map.of("turn", 2))
                            .setIfMatch(revision)
                            .update(client),
                    412,
                    20412);
            assertFails(
                    () -> SyncMapItem.deleter(service, map, "a")
                            .setIfMatch(revision)
                            .delete(client),
                    412,
                    20412);
            assertThat(fetch(map, "a")).isEqualTo(updated);
            assertThat(SyncMapItem.deleter(service, map, "a")
                            .setIfMatch(updated.getRevision())
                            .delete(client))
                    .isTrue();
        }

        @Test
        void leavesItsKeyToAnotherWithAnotherRevision() {
            SyncMapItem first = newItem(map, "a");

            assertFails(() -> newItem(map, "a"), 409, 54208);
            assertThat(SyncMapItem.deleter(service, map, "a").delete(client)).isTrue();

            assertFails(() -> fetch(map, "a"), 404, 20404);
            assertFails(() -> updater("a").setTtl(1).update(client), 404, 20404);
            assertFails(() -> SyncMapItem.deleter(service, map, "a").delete(client), 404, 20404);
            assertThat(newItem(map, "a").getRevision()).isNotEqualTo(first.getRevision());
        }

        private SyncMapItemUpdater updater(String key) {
            return SyncMapItem.updater(service, "items", key);
        }
    }

    @Nested
    class Items {

        private final String map = newMap("many").getSid();

        @Test
        void areListedInBothOrdersHoweverManyThereAre() {
            TwilioList.assertHoldsBothWaysWhatIsCreated(
                    number -> newItem(map, "key-%04d".formatted(number)).getKey(),
                    API,
                    () -> reader(QueryResultOrder.ASC),
                    () -> reader(QueryResultOrder.DESC),
                    SyncMapItem::getKey);
        }

        @Test
        void leadBackTheWayTheyCame() {
            List<String> created = newItems(List.of("a", "b", "c", "d", "e"));

            TwilioList.assertLeadsThereAndBack(created, API, () -> reader(QueryResultOrder.ASC), SyncMapItem::getKey);
            TwilioList.assertLeadsThereAndBack(
                    TwilioList.reversed(created), API, () -> reader(QueryResultOrder.DESC), SyncMapItem::getKey);
        }

        @Test
        void areInTheOrderOfTheBytesOfTheirKeys() {
            newItems(List.of("b", "é", "B", "a 1", "😀", "\uff5e", "a", "1", "+1"));

            assertThat(from("+", QueryResultOrder.ASC, QueryFromBoundType.INCLUSIVE))
                    .containsExactly("+1", "1", "B", "a", "a 1", "b", "é", "\uff5e", "😀");
        }

        @Test
        void areListedFromAKeyOnWithItOrWithout() {
            newItems(List.of("a", "b", "c&1", "d", "e", "f"));
            SyncMapItem.deleter(service, map, "d").delete(client);

            assertThat(from("c&1", QueryResultOrder.ASC, QueryFromBoundType.INCLUSIVE))
                    .containsExactly("c&1", "e", "f");
            assertThat(from("c&1", QueryResultOrder.ASC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly("e", "f");
            assertThat(from("c&1", QueryResultOrder.DESC, QueryFromBoundType.INCLUSIVE))
                    .containsExactly("c&1", "b", "a");
            assertThat(from("c&1", QueryResultOrder.DESC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly("b", "a");
            assertThat(from("d", QueryResultOrder.DESC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly("c&1", "b", "a");
            assertThat(from("g", QueryResultOrder.ASC, QueryFromBoundType.INCLUSIVE))
                    .isEmpty();
        }

        @Test
        void thatStayAreSeenOnceWhileOthersComeAndGo() throws Exception {
            List<String> staying = newItems(
                    IntStream.range(0, 1_001).mapToObj("key-%04d"::formatted).toList());

            for (QueryResultOrder order : QueryResultOrder.values()) {
                List<String> expected = order == QueryResultOrder.ASC ? staying : TwilioList.reversed(staying);
                TwilioList.assertSeesOnceWhatStays(expected, API, () -> reader(order), SyncMapItem::getKey, number -> {
                    String between = "key-%04d-%s".formatted(number * 7 % 1_001, order);
                    newItem(map, between);
                    SyncMapItem.deleter(service, map, between).delete(client);
                });
            }
        }

        private List<String> newItems(List<String> keys) {
            keys.forEach(key -> newItem(map, key));
            return keys;
        }

        private Reader<SyncMapItem> reader(QueryResultOrder order) {
            return SyncMapItem.reader(service, map).setOrder(order);
        }

        private List<String> from(String key, QueryResultOrder order, QueryFromBoundType bounds) {
            List<String> keys = new ArrayList<>();
            SyncMapItem.reader(service, map)
                    .setFrom(key)
                    .setOrder(order)
                    .setBounds(bounds)
                    .pageSize(2)
                    .read(client)
                    .forEach(item -> keys.add(item.getKey()));
            return keys;
        }
    }

    @Test
    void errorsCarryTwiliosCodes() {
        String map = newMap("taken").getSid();

        assertFails(() -> SyncMap.creator("IS" + "0".repeat(32)).create(client), 404, 20404);
        assertFails(() -> SyncMap.fetcher(service, "MP" + "0".repeat(32)).fetch(client), 404, 20404);
        assertFails(() -> newMap("taken"), 409, 54301);
        assertFails(() -> newMap("MP" + "0".repeat(32)), 400, 54302);
        assertFails(() -> SyncMap.creator(service).setTtl(-1).create(client), 400, 54011);
        assertFails(() -> SyncMap.updater(service, map).update(client), 400, 54010);
        assertFails(() -> SyncMapItem.creator(service, map, "a", "[1]").create(client), 400, 54206);
        assertFails(() -> SyncMapItem.creator(service, map, "a", "{").create(client), 400, 54008);
        assertFails(
                () -> SyncMapItem.creator(service, map, "a", Map.of("a", "x".repeat(16_384)))
                        .create(client),
                413,
                54006);
        assertFails(() -> fetch(map, "a"), 404, 20404);
        assertFails(() -> newItem(map, ""), 400, 54209);
        assertFails(() -> newItem(map, "x".repeat(321)), 400, 54209);
        assertFails(() -> SyncMapItem.updater(service, map, "a").update(client), 400, 54010);
        assertFails(
                () -> SyncMapItem.updater(service, map, "a").setCollectionTtl(1).update(client), 400, 54010);
        assertFails(
                () -> SyncMapItem.reader(service, map).setFrom("x".repeat(321)).read(client), 400, 54209);
        assertFails(() -> SyncMapItem.reader(service, map).pageSize(1001).read(client), 400, 54454);
    }

    private SyncMap newMap(String name) {
        return SyncMap.creator(service).setUniqueName(name).create(client);
    }

    private SyncMapItem newItem(String map, String key) {
        return SyncMapItem.creator(service, map, key, DATA).create(client);
    }

    private SyncMapItem fetch(String map, String key) {
        return SyncMapItem.fetcher(service, map, key).fetch(client);
    }
}
