package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.base.Reader;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import com.twilio.rest.sync.v1.service.SyncList;
import com.twilio.rest.sync.v1.service.synclist.SyncListItem;
import com.twilio.rest.sync.v1.service.synclist.SyncListItem.QueryFromBoundType;
import com.twilio.rest.sync.v1.service.synclist.SyncListItem.QueryResultOrder;
import com.twilio.rest.sync.v1.service.synclist.SyncListItemUpdater;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists and their items by Twilio's own Java library. */
@Timeout(120)
class TwilioJavaListsTest {

    private static final Api API = SharedServer.api();
    private static final Map<String, Object> DATA =
            Map.of("name", "Zoë & 😀 + 100 %", "scores", List.of(1, 2.5), "next", Map.of("deep", true));
    private static final Function<SyncListItem, String> INDEX =
            item -> item.getIndex().toString();

    private final TwilioRestClient client = Twilio.rewriting(API);
    private final String service = Service.creator().create(client).getSid();

    @Nested
    class AList {

        @Test
        void isCreatedWithAllParameters() {
            SyncList created = SyncList.creator(service)
                    .setUniqueName("to do/é")
                    .setTtl(7)
                    .setCollectionTtl(60)
                    .create(client);

            assertThat(created.getSid()).matches("ES[0-9a-f]{32}");
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
                    .hasToString(API.address() + "/v1/Services/" + service + "/Lists/" + created.getSid());
            assertThat(created.getLinks())
                    .isEqualTo(Map.of(
                            "items", created.getUrl() + "/Items", "permissions", created.getUrl() + "/Permissions"));
        }

        @Test
        void isCreatedWithoutParameters() {
            SyncList created = SyncList.creator(service).create(client);

            assertThat(created.getUniqueName()).isNull();
            assertThat(created.getDateExpires()).isNull();
        }

        @Test
        void isFetchedByItsSidAndByItsName() {
            SyncList created = newList("a name");

            assertThat(SyncList.fetcher(service, created.getSid()).fetch(client))
                    .isEqualTo(created);
            assertThat(SyncList.fetcher(service, "a name").fetch(client)).isEqualTo(created);
        }

        @Test
        void keepsItsRevisionWhenItsTimeToLiveChanges() {
            SyncList created = newList("lasting");

            SyncList limited = SyncList.updater(service, "lasting").setTtl(60).update(client);
            SyncList updated = SyncList.updater(service, created.getSid())
                    .setTtl(60)
                    .setCollectionTtl(0)
                    .update(client);

            assertThat(limited.getDateExpires()).isNotNull();
            assertThat(updated.getDateExpires()).isNull();
            assertThat(updated.getRevision()).isEqualTo(created.getRevision());
            assertThat(SyncList.fetcher(service, "lasting").fetch(client)).isEqualTo(updated);
        }

        @Test
        void changesWithItsItems() {
            newList("moving");

            SyncListItem item = newItem("moving");
            SyncList withItem = SyncList.fetcher(service, "moving").fetch(client);
            SyncListItem.deleter(service, "moving", item.getIndex()).delete(client);

            assertThat(withItem.getRevision()).isEqualTo("1");
            assertThat(withItem.getDateUpdated()).isEqualTo(item.getDateUpdated());
            assertThat(SyncList.fetcher(service, "moving").fetch(client).getRevision())
                    .isEqualTo("2");
        }

        @Test
        void isGoneOnceItIsDeletedWithItsItems() {
            SyncList created = newList("gone");
            newItem("gone");

            assertThat(SyncList.deleter(service, created.getSid()).delete(client))
                    .isTrue();

            assertFails(() -> SyncList.fetcher(service, created.getSid()).fetch(client), 404, 20404);
            assertFails(() -> SyncList.updater(service, "gone").setTtl(1).update(client), 404, 20404);
            assertFails(() -> SyncList.deleter(service, "gone").delete(client), 404, 20404);
            assertFails(() -> fetch(created.getSid(), 0), 404, 20404);
            assertFails(() -> newItem("gone"), 404, 20404);
            assertThat(newList("gone").getSid()).isNotEqualTo(created.getSid());
            assertThat(SyncListItem.reader(service, "gone").read(client)).isEmpty();
        }

        @Test
        void isListedOnceHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> newList("number " + number).getSid(),
                    API,
                    () -> SyncList.reader(service),
                    SyncList::getSid);
        }
    }

    @Nested
    class AnItem {

        private final String list = newList("items").getSid();

        @Test
        void isCreatedWithAllParameters() {
            SyncListItem created = SyncListItem.creator(service, "items", DATA)
                    .setTtl(7)
                    .setItemTtl(60)
                    .setCollectionTtl(3600)
                    .create(client);

            assertThat(created.getIndex()).isZero();
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getServiceSid()).isEqualTo(service);
            assertThat(created.getListSid()).isEqualTo(list);
            assertThat(created.getData()).isEqualTo(DATA);
            assertThat(created.getRevision()).isEqualTo("0");
            assertThat(created.getCreatedBy()).isEqualTo("system");
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(59),
                            created.getDateCreated().plusSeconds(61));
            assertThat(created.getUrl())
                    .hasToString(API.address() + "/v1/Services/" + service + "/Lists/" + list + "/Items/0");
            assertThat(SyncList.fetcher(service, list).fetch(client).getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(3599),
                            created.getDateCreated().plusSeconds(3601));
        }

        @Test
        void isFetchedAsItWasCreated() {
            SyncListItem first = newItem("items");
            SyncListItem second = newItem(list);

            assertThat(fetch(list, 0)).isEqualTo(first);
            assertThat(fetch("items", 1)).isEqualTo(second);
            assertThat(first.getDateExpires()).isNull();
        }

        @Test
        void keepsWhatAnUpdateDoesNotName() {
            SyncListItem created =
                    SyncListItem.creator(service, list, DATA).setItemTtl(60).create(client);

            SyncListItem changed =
                    updater(0).setData(Map.of("b", 2)).setCollectionTtl(60).update(client);
            SyncListItem lasting = updater(0).setTtl(0).update(client);

            assertThat(changed.getData()).isEqualTo(Map.of("b", 2));
            assertThat(changed.getDateExpires()).isEqualTo(created.getDateExpires());
            assertThat(changed.getRevision()).isNotEqualTo(created.getRevision());
            assertThat(lasting.getData()).isEqualTo(Map.of("b", 2));
            assertThat(lasting.getDateExpires()).isNull();
            assertThat(lasting.getRevision()).isNotEqualTo(changed.getRevision());
            assertThat(fetch(list, 0)).isEqualTo(lasting);
        }

        @Test
        void isChangedOnlyAtTheRevisionThatIsAskedFor() {
            String revision = newItem(list).getRevision();

            SyncListItem updated =
                    updater(0).setData(Map.of("turn", 1)).setIfMatch(revision).update(client);

            assertFails(
                    () -> updater(0)
                            .setData(Map.of("turn", 2))
                            .setIfMatch(revision)
                            .update(client),
                    412,
                    20412);
            assertFails(
                    () -> SyncListItem.deleter(service, list, 0)
                            .setIfMatch(revision)
                            .delete(client),
                    412,
                    20412);
            assertThat(fetch(list, 0)).isEqualTo(updated);
            assertThat(SyncListItem.deleter(service, list, 0)
                            .setIfMatch(updated.getRevision())
                            .delete(client))
                    .isTrue();
        }

        @Test
        void leavesAnIndexThatNoOtherGets() {
            newItem(list);

            assertThat(SyncListItem.deleter(service, list, 0).delete(client)).isTrue();

            assertFails(() -> fetch(list, 0), 404, 20404);
            assertFails(() -> updater(0).setTtl(1).update(client), 404, 20404);
            assertFails(() -> SyncListItem.deleter(service, list, 0).delete(client), 404, 20404);
            assertThat(newItem(list).getIndex()).isEqualTo(1);
        }

        private SyncListItemUpdater updater(int index) {
            return SyncListItem.updater(service, "items", index);
        }
    }

    @Nested
    class Items {

        private final String list = newList("many").getSid();

        @Test
        void areListedInBothOrdersHoweverManyThereAre() {
            TwilioList.assertHoldsBothWaysWhatIsCreated(
                    number -> INDEX.apply(newItem(list)),
                    API,
                    () -> reader(QueryResultOrder.ASC),
                    () -> reader(QueryResultOrder.DESC),
                    INDEX);
        }

        @Test
        void leadBackTheWayTheyCame() {
            List<String> created = newItems(5);

            TwilioList.assertLeadsThereAndBack(created, API, () -> reader(QueryResultOrder.ASC), INDEX);
            TwilioList.assertLeadsThereAndBack(
                    TwilioList.reversed(created), API, () -> reader(QueryResultOrder.DESC), INDEX);
        }

        @Test
        void areListedFromAnIndexOnWithItOrWithout() {
            newItems(6);
            SyncListItem.deleter(service, list, 3).delete(client);

            assertThat(from("2", QueryResultOrder.ASC, QueryFromBoundType.INCLUSIVE))
                    .containsExactly(2, 4, 5);
            assertThat(from("2", QueryResultOrder.ASC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly(4, 5);
            assertThat(from("2", QueryResultOrder.DESC, QueryFromBoundType.INCLUSIVE))
                    .containsExactly(2, 1, 0);
            assertThat(from("2", QueryResultOrder.DESC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly(1, 0);
            assertThat(from("3", QueryResultOrder.DESC, QueryFromBoundType.EXCLUSIVE))
                    .containsExactly(2, 1, 0);
            assertThat(from("6", QueryResultOrder.ASC, QueryFromBoundType.INCLUSIVE))
                    .isEmpty();
        }

        @Test
        void thatStayAreSeenOnceWhileOthersComeAndGo() throws Exception {
            List<String> staying = new ArrayList<>();
            List<String> leaving = new ArrayList<>();
            newItems(1_301).forEach(index -> (isStaying(index) ? staying : leaving).add(index));
            assertThat(staying).hasSize(1_001);

            for (QueryResultOrder order : QueryResultOrder.values()) {
                List<String> expected = order == QueryResultOrder.ASC ? staying : TwilioList.reversed(staying);
                TwilioList.assertSeesOnceWhatStays(expected, API, () -> reader(order), INDEX, number -> {
                    leaving.add(INDEX.apply(newItem(list)));
                    SyncListItem.deleter(service, list, Integer.valueOf(leaving.remove(leaving.size() / 2)))
                            .delete(client);
                });
            }
        }

        /** 300 of 1,301 leave, spread over all. */
        private static boolean isStaying(String index) {
            int number = Integer.parseInt(index);
            return number % 4 != 3 || number >= 1_200;
        }

        private List<String> newItems(int count) {
            return IntStream.range(0, count)
                    .mapToObj(number -> INDEX.apply(newItem(list)))
                    .toList();
        }

        private Reader<SyncListItem> reader(QueryResultOrder order) {
            return SyncListItem.reader(service, list).setOrder(order);
        }

        private List<Integer> from(String index, QueryResultOrder order, QueryFromBoundType bounds) {
            List<Integer> indexes = new ArrayList<>();
            SyncListItem.reader(service, list)
                    .setFrom(index)
                    .setOrder(order)
                    .setBounds(bounds)
                    .pageSize(2)
                    .read(client)
                    .forEach(item -> indexes.add(item.getIndex()));
            return indexes;
        }
    }

    @Test
    void errorsCarryTwiliosCodes() {
        String list = newList("taken").getSid();

        assertFails(() -> SyncList.creator("IS" + "0".repeat(32)).create(client), 404, 20404);
        assertFails(() -> SyncList.fetcher(service, "ES" + "0".repeat(32)).fetch(client), 404, 20404);
        assertFails(() -> newList("taken"), 409, 54301);
        assertFails(() -> newList("ES" + "0".repeat(32)), 400, 54302);
        assertFails(() -> SyncList.creator(service).setTtl(-1).create(client), 400, 54011);
        assertFails(() -> SyncList.updater(service, list).update(client), 400, 54010);
        assertFails(() -> SyncListItem.creator(service, list, "[1]").create(client), 400, 54156);
        assertFails(() -> SyncListItem.creator(service, list, "{").create(client), 400, 54008);
        assertFails(
                () -> SyncListItem.creator(service, list, Map.of("a", "x".repeat(16_384)))
                        .create(client),
                413,
                54006);
        assertFails(() -> fetch(list, 0), 404, 20404);
        assertFails(() -> fetch(list, -1), 400, 54458);
        assertFails(() -> SyncListItem.updater(service, list, 0).update(client), 400, 54010);
        assertFails(
                () -> SyncListItem.updater(service, list, 0).setCollectionTtl(1).update(client), 400, 54010);
        assertFails(() -> SyncListItem.reader(service, list).setFrom("x").read(client), 400, 54458);
        assertFails(() -> SyncListItem.reader(service, list).pageSize(1001).read(client), 400, 54454);
    }

    private SyncList newList(String name) {
        return SyncList.creator(service).setUniqueName(name).create(client);
    }

    private SyncListItem newItem(String list) {
        return SyncListItem.creator(service, list, DATA).create(client);
    }

    private SyncListItem fetch(String list, int index) {
        return SyncListItem.fetcher(service, list, index).fetch(client);
    }
}
