package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.write.CollectionBatch.ItemRow;
import io.lockstep.write.CollectionBatch.Result;
import io.lockstep.write.CollectionCommand.AddItem;
import io.lockstep.write.CollectionCommand.Create;
import io.lockstep.write.CollectionCommand.Delete;
import io.lockstep.write.CollectionCommand.Expire;
import io.lockstep.write.CollectionCommand.ExpireItem;
import io.lockstep.write.CollectionCommand.RemoveItem;
import io.lockstep.write.CollectionCommand.SetItem;
import io.lockstep.write.CollectionCommand.Update;
import io.lockstep.write.CollectionCommand.UpdateItem;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CollectionBatchTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final JsonText DATA = new JsonText("{\"new\":1}");
    private static final ItemKey KEY = new ItemKey.Key("key");
    private static final ItemKey FIRST = new ItemKey.Index(0);

    private final Sid account = Sid.generate(Sid.Kind.ACCOUNT);
    private final Sid service = Sid.generate(Sid.Kind.SERVICE);
    private final Sid other = Sid.generate(Sid.Kind.SERVICE);
    private final Caller backend = new Caller.Backend(account);
    private final Caller alice = new Caller.Client(account, service, "alice", "endpoint");
    private final SyncCollection map = collection(Sid.Kind.MAP, 4, NOW, null);
    private final SyncCollection list = collection(Sid.Kind.LIST, 4, NOW, null);

    private record Command(String name, Function<SidOrUniqueName, CollectionCommand> on) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Command> writesToItems() {
        return Stream.of(
                new Command("add", it -> new AddItem(it, KEY, DATA, 0, null)),
                new Command("update", it -> update(it, KEY, null)),
                new Command("remove", it -> new RemoveItem(it, KEY, null)));
    }

    static Stream<Command> writesThatNeedItems() {
        return Stream.concat(writesToItems().skip(1), Stream.of(new Command("expire", it -> new ExpireItem(it, KEY))));
    }

    static Stream<Command> writesToMaps() {
        return Stream.concat(
                writesToItems(),
                Stream.of(new Command("update it", it -> new Update(it, 0)), new Command("delete it", Delete::new)));
    }

    @ParameterizedTest
    @MethodSource("writesToItems")
    void aClientNeedsTheRightToWriteForItems(Command command) {
        Rights allButWrite = new Rights(true, false, true);
        Rights write = new Rights(false, true, false);

        Outcome<Result> refused =
                decide(batch(true, map, allButWrite), alice, command.on().apply(name(map)));
        Outcome<Result> allowed =
                decide(batch(true, map, write), alice, command.on().apply(name(map)));

        assertThat(refusal(refused)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal(allowed)).isNotEqualTo(ErrorCode.FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource({"true, false, false", "false, true, true", "false, false, true", "false, true, false"})
    void aClientNeedsTheRightToWriteForItsTimeToLiveAndToManageForItsEnd(boolean read, boolean write, boolean manage) {
        Rights rights = new Rights(read, write, manage);

        Outcome<Result> update = decide(batch(true, map, rights), alice, new Update(name(map), 5));
        Outcome<Result> delete = decide(batch(true, map, rights), alice, new Delete(name(map)));

        assertThat(refusal(update)).isEqualTo(write ? null : ErrorCode.FORBIDDEN);
        assertThat(refusal(delete)).isEqualTo(manage ? null : ErrorCode.FORBIDDEN);
    }

    @Test
    void noRightIsNeededWhereTheServiceAppliesNoneAndByNoBackend() {
        Outcome<Result> client = decide(batch(false, map, Rights.NONE), alice, add(map, "a"));
        Outcome<Result> rest = decide(batch(true, map, Rights.NONE), backend, new Delete(name(map)));

        assertThat(refusal(client)).isNull();
        assertThat(refusal(rest)).isNull();
    }

    @ParameterizedTest
    @MethodSource("writesThatNeedItems")
    void anExpiredItemIsRemovedByWhoeverMeetsItAndOnlyOnce(Command command) {
        SyncItem item = item(map, KEY, 2, NOW);
        CollectionBatch batch = batch(map, item);

        Outcome<Result> first = decide(batch, backend, command.on().apply(name(map)));
        Outcome<Result> second = decide(batch, backend, command.on().apply(name(map)));

        boolean asked = command.name().equals("expire");
        assertThat(refusal(first)).isEqualTo(asked ? null : ErrorCode.MAP_ITEM_NOT_FOUND);
        assertThat(refusal(second)).isEqualTo(ErrorCode.MAP_ITEM_NOT_FOUND);
        assertThat(batch.items()).singleElement().matches(ItemRow::removed).satisfies(row -> {
            assertThat(row.item().lastEventId()).isEqualTo(5);
            assertThat(row.item().data()).isEqualTo(item.data());
        });
        assertThat(batch.objects().changes()).singleElement().isInstanceOfSatisfying(Change.ItemRemoved.class, it -> {
            assertThat(it.item()).isEqualTo(item);
            assertThat(it.caller()).isEqualTo(backend);
            assertThat(it.eventId()).isEqualTo(5);
        });
    }

    @Test
    void anExpiredItemIsRemovedByTheSystemBeforeItsKeyIsAddedAnew() {
        CollectionBatch batch = batch(false, map, Rights.NONE, item(map, KEY, 2, NOW));

        Outcome<Result> added = decide(batch, alice, new AddItem(name(map), KEY, DATA, 0, null));

        assertThat(added.result().item().createdEventId()).isEqualTo(6);
        assertThat(batch.objects().changes()).extracting(Change::event).containsExactly("item_removed", "item_added");
        assertThat(batch.objects().changes()).extracting(Change::caller).containsExactly(backend, alice);
        assertThat(batch.objects().changes()).extracting(Change::eventId).containsExactly(5L, 6L);
        assertThat(batch.items()).containsExactly(new ItemRow(added.result().item(), false, false));
    }

    @Test
    void anItemWhoseTimeHasNotComeIsNotExpired() {
        CollectionBatch batch = batch(map, item(map, KEY, 2, NOW.plusMillis(1)));

        Outcome<Result> expired = decide(batch, backend, new ExpireItem(name(map), KEY));

        assertThat(refusal(expired)).isEqualTo(ErrorCode.MAP_ITEM_NOT_FOUND);
        assertThat(batch.items()).isEmpty();
        assertThat(batch.objects().changes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("writesToMaps")
    void anExpiredCollectionIsRemovedByWhoeverMeetsItWithItsItems(Command command) {
        SyncCollection expired = collection(Sid.Kind.MAP, 4, NOW, NOW);
        CollectionBatch batch = batch(expired, item(expired, KEY, 2, null));

        Outcome<Result> outcome = decide(batch, alice, command.on().apply(name(expired)));

        assertThat(refusal(outcome)).isEqualTo(ErrorCode.MAP_NOT_FOUND);
        assertThat(batch.objects().removed()).containsExactly(expired);
        assertThat(batch.objects().updated()).isEmpty();
        assertThat(batch.items()).isEmpty();
        assertThat(batch.objects().changes()).containsExactly(new Change.ObjectRemoved(expired, backend, NOW));
    }

    @Test
    void aCollectionIsExpiredInItsOwnServiceOnlyAndWhenItsTimeHasCome() {
        SyncCollection expired = collection(Sid.Kind.MAP, 4, NOW, NOW);
        CollectionBatch batch = batch(expired);
        CollectionBatch early = batch(map);

        Outcome<Result> elsewhere = batch.decide(new Write<>(backend, other, new Expire(name(expired))));
        Outcome<Result> here = decide(batch, backend, new Expire(name(expired)));
        Outcome<Result> tooEarly = decide(early, backend, new Expire(name(map)));

        assertThat(refusal(elsewhere)).isEqualTo(ErrorCode.MAP_NOT_FOUND);
        assertThat(here.result().collection()).isEqualTo(expired);
        assertThat(refusal(tooEarly)).isEqualTo(ErrorCode.MAP_NOT_FOUND);
        assertThat(early.objects().removed()).isEmpty();
    }

    @Test
    void anItemThatAListGetsIsNewToItUntilTheBatchIsWritten() {
        CollectionBatch batch = batch(list, item(list, new ItemKey.Index(1), 2, null));

        decide(batch, backend, new AddItem(name(list), null, DATA, 0, null));
        decide(batch, backend, new AddItem(name(list), null, DATA, 0, null));
        decide(batch, backend, new RemoveItem(name(list), new ItemKey.Index(list.nextIndex()), null));
        decide(batch, backend, new RemoveItem(name(list), new ItemKey.Index(1), null));

        assertThat(batch.items()).extracting(ItemRow::isNew).containsExactly(true, true, false);
        assertThat(batch.items()).extracting(ItemRow::removed).containsExactly(true, false, true);
    }

    @Test
    void aKeyIsAddedOverOneRemovedInTheSameBatch() {
        CollectionBatch batch = batch(map, item(map, KEY, 2, null));

        decide(batch, backend, new RemoveItem(name(map), KEY, "2"));
        Outcome<Result> added = decide(batch, backend, new AddItem(name(map), KEY, DATA, 0, null));
        Outcome<Result> again = decide(batch, backend, new AddItem(name(map), KEY, DATA, 0, null));

        assertThat(refusal(again)).isEqualTo(ErrorCode.MAP_ITEM_EXISTS);
        assertThat(batch.items()).containsExactly(new ItemRow(added.result().item(), false, false));
        assertThat(added.result().item().revision()).isEqualTo("6");
        assertThat(added.result().item().dateCreated()).isEqualTo(NOW);
    }

    @Test
    void severalPushesInOneBatchGetConsecutiveIndexesAndEventIds() {
        CollectionBatch batch = batch(list);

        List<SyncItem> pushed = Stream.generate(() -> decide(batch, backend, push(list)))
                .limit(3)
                .map(it -> it.result().item())
                .toList();

        assertThat(pushed).extracting(it -> it.key().toString()).containsExactly("7", "8", "9");
        assertThat(pushed).extracting(SyncItem::lastEventId).containsExactly(5L, 6L, 7L);
        assertThat(batch.objects().updated()).singleElement().satisfies(it -> {
            assertThat(it.nextIndex()).isEqualTo(10);
            assertThat(it.lastEventId()).isEqualTo(7);
        });
    }

    @Test
    void anIndexIsNeverReused() {
        CollectionBatch batch = batch(list);
        ItemKey first = decide(batch, backend, push(list)).result().item().key();

        decide(batch, backend, new RemoveItem(name(list), first, null));
        ItemKey second = decide(batch, backend, push(list)).result().item().key();

        assertThat(first).isEqualTo(new ItemKey.Index(7));
        assertThat(second).isEqualTo(new ItemKey.Index(8));
        assertThat(batch.items()).extracting(ItemRow::removed).containsExactly(true, false);
    }

    @Test
    void anItemMustHaveTheRevisionThatIsMeant() {
        CollectionBatch batch = batch(list, item(list, FIRST, 2, null));

        Outcome<Result> stale = decide(batch, backend, update(name(list), FIRST, "1"));
        Outcome<Result> right = decide(batch, backend, update(name(list), FIRST, "2"));
        Outcome<Result> late = decide(batch, backend, new RemoveItem(name(list), FIRST, "2"));
        Outcome<Result> last = decide(batch, backend, new RemoveItem(name(list), FIRST, "5"));

        assertThat(stale).isEqualTo(new Outcome.Refused<>(ErrorCode.LIST_ITEM_REVISION_MISMATCH, "The revision is 2"));
        assertThat(right.result().item().revision()).isEqualTo("5");
        assertThat(late).isEqualTo(new Outcome.Refused<>(ErrorCode.LIST_ITEM_REVISION_MISMATCH, "The revision is 5"));
        assertThat(refusal(last)).isNull();
    }

    @Test
    void anItemThatIsSetIsAddedWhereThereIsNoneAndElseReplaced() {
        CollectionBatch batch = batch(map);

        SyncItem added = decide(batch, alice, set(null, 60L)).result().item();
        SyncItem replaced = decide(batch, alice, set(null, null)).result().item();
        SyncItem matched =
                decide(batch, alice, set(replaced.revision(), 0L)).result().item();

        assertThat(batch.objects().changes())
                .extracting(Change::event)
                .containsExactly("item_added", "item_updated", "item_updated");
        assertThat(added.isNew()).isTrue();
        assertThat(added.dateExpires()).isEqualTo(NOW.plusSeconds(60));
        assertThat(replaced.isNew()).isFalse();
        assertThat(replaced.dateExpires()).isEqualTo(added.dateExpires());
        assertThat(matched.dateExpires()).isNull();
        assertThat(matched.createdEventId()).isEqualTo(added.lastEventId());
    }

    @Test
    void anItemIsSetOnlyAsItsConditionHasIt() {
        CollectionBatch batch = batch(map);

        assertThat(refusal(decide(batch, alice, set("5", null)))).isEqualTo(ErrorCode.MAP_ITEM_REVISION_MISMATCH);
        assertThat(refusal(decide(batch, alice, set("-1", null)))).isNull();
        assertThat(refusal(decide(batch, alice, set("-1", null)))).isEqualTo(ErrorCode.MAP_ITEM_REVISION_MISMATCH);
        assertThat(refusal(decide(batch, alice, set("fff", null)))).isEqualTo(ErrorCode.MAP_ITEM_REVISION_MISMATCH);
        assertThat(batch.objects().changes()).hasSize(1);
    }

    @Test
    void aListAddsNothingAtAnIndexThatItHasNotGiven() {
        CollectionBatch batch = batch(list);

        Outcome<Result> set = decide(batch, alice, new SetItem(name(list), new ItemKey.Index(99), DATA, null, null));

        assertThat(refusal(set)).isEqualTo(ErrorCode.LIST_ITEM_NOT_FOUND);
        assertThat(batch.objects().changes()).isEmpty();
    }

    @Test
    void anItemThatHasExpiredCountsAsNoneWhenItIsSet() {
        SyncItem over = item(map, KEY, 2, NOW);
        CollectionBatch batch = batch(map, over);

        Outcome<Result> set = decide(batch, alice, set("-1", null));

        assertThat(set.result().item().isNew()).isTrue();
        assertThat(batch.objects().changes()).extracting(Change::event).containsExactly("item_removed", "item_added");
        assertThat(batch.objects().changes().get(0).caller().identity()).isEqualTo(Caller.SYSTEM);
    }

    @Test
    void whatIsCreatedAndDeletedInOneBatchLeavesNoRow() {
        CollectionBatch batch = batch(map);
        SidOrUniqueName name = new SidOrUniqueName.ByName("name");

        decide(batch, alice, new Create(Sid.generate(Sid.Kind.MAP), "name", 0));
        decide(batch, alice, new AddItem(name, KEY, DATA, 0, null));
        decide(batch, alice, new Delete(name));

        assertThat(batch.objects().inserted()).isEmpty();
        assertThat(batch.objects().updated()).isEmpty();
        assertThat(batch.objects().removed()).isEmpty();
        assertThat(batch.objects().granted()).isEmpty();
        assertThat(batch.items()).isEmpty();
        assertThat(batch.objects().changes()).extracting(Change::eventId).containsExactly(-1L, 0L, 1L);
    }

    @Test
    void itemsOfACollectionDeletedInTheSameBatchAreNotWritten() {
        CollectionBatch batch = batch(map, item(map, KEY, 2, null));

        decide(batch, backend, add(map, "added"));
        decide(batch, backend, new RemoveItem(name(map), KEY, null));
        decide(batch, backend, new Delete(name(map)));
        Outcome<Result> late = decide(batch, backend, add(map, "late"));

        assertThat(refusal(late)).isEqualTo(ErrorCode.MAP_NOT_FOUND);
        assertThat(batch.items()).isEmpty();
        assertThat(batch.objects().updated()).isEmpty();
        assertThat(batch.objects().removed()).extracting(SyncCollection::sid).containsExactly(map.sid());
    }

    @Test
    void theTimeToLiveOfACollectionIsNoEvent() {
        CollectionBatch batch = batch(map);

        Outcome<Result> updated = decide(batch, backend, new Update(name(map), 60));

        assertThat(updated.result().collection().revision()).isEqualTo(map.revision());
        assertThat(updated.result().collection().dateExpires()).isEqualTo(NOW.plusSeconds(60));
        assertThat(batch.objects().changes()).isEmpty();
    }

    @Test
    void theDateOfAChangeNeverGoesBack() {
        Instant ahead = NOW.plusSeconds(5);
        SyncCollection later = collection(Sid.Kind.MAP, 4, ahead, null);
        CollectionBatch batch = batch(later, item(later, KEY, 2, null));

        SyncItem updated =
                decide(batch, backend, update(name(later), KEY, null)).result().item();
        decide(batch, backend, new RemoveItem(name(later), KEY, null));

        assertThat(updated.dateUpdated()).isEqualTo(ahead);
        assertThat(batch.objects().changes()).extracting(Change::date).containsExactly(ahead, ahead);
        assertThat(batch.objects().updated())
                .extracting(SyncCollection::dateUpdated)
                .containsExactly(ahead);
    }

    @ParameterizedTest
    @CsvSource({"false, true, 0", "true, false, 1", "true, true, 2"})
    void webhooksTellWhatClientsDoAndWhatRestDoesIfThatIsWanted(boolean url, boolean fromRest, int told) {
        ServiceState state = new ServiceState(service, account, false, url, fromRest);
        CollectionBatch batch = batch(new Locked<>(Map.of(service, state), List.of(list), Map.of(), NOW));

        decide(batch, alice, push(list));
        decide(batch, backend, push(list));

        assertThat(batch.objects().webhooks())
                .extracting(it -> it.parameters().get("ItemIndex"))
                .containsExactlyElementsOf(List.of("7", "8").subList(0, told));
        assertThat(batch.objects().webhooks())
                .allMatch(it -> it.parameters().get("EventType").equals("list_item_added"));
    }

    private CollectionBatch batch(SyncCollection collection, SyncItem... items) {
        return batch(false, collection, Rights.NONE, items);
    }

    private CollectionBatch batch(boolean acl, SyncCollection collection, Rights ofAlice, SyncItem... items) {
        Map<Sid, ServiceState> services = Map.of(
                service, new ServiceState(service, account, acl, false, false),
                other, new ServiceState(other, account, acl, false, false));
        Map<Subject, Rights> rights = Map.of(new Subject(collection.sid(), "alice"), ofAlice);
        return batch(new Locked<>(services, List.of(collection), rights, NOW), items);
    }

    private static CollectionBatch batch(Locked<SyncCollection> locked, SyncItem... items) {
        Sid.Kind kind = locked.objects().get(0).sid().kind();
        return new CollectionBatch(kind, locked, List.of(items), new Rules(true, false, Limits.NONE));
    }

    private Outcome<Result> decide(CollectionBatch batch, Caller caller, CollectionCommand command) {
        return batch.decide(new Write<>(caller, service, command));
    }

    private SyncCollection collection(Sid.Kind kind, long lastEvent, Instant updated, Instant expires) {
        long nextIndex = kind == Sid.Kind.LIST ? 7 : 0;
        return new SyncCollection(
                Sid.generate(kind), service, null, lastEvent, nextIndex, "system", NOW, updated, expires);
    }

    private SyncItem item(SyncCollection in, ItemKey key, long event, Instant expires) {
        Instant created = NOW.minusSeconds(60);
        return new SyncItem(
                service, in.sid(), key, JsonText.EMPTY_OBJECT, event, event, "system", created, created, expires);
    }

    private static SidOrUniqueName name(SyncCollection collection) {
        return new SidOrUniqueName.BySid(collection.sid());
    }

    private static AddItem add(SyncCollection collection, String key) {
        return new AddItem(name(collection), new ItemKey.Key(key), DATA, 0, null);
    }

    private static AddItem push(SyncCollection collection) {
        return new AddItem(name(collection), null, DATA, 0, null);
    }

    private static UpdateItem update(SidOrUniqueName collection, ItemKey key, String ifMatch) {
        return new UpdateItem(collection, key, DATA, null, null, ifMatch);
    }

    private SetItem set(String ifMatch, Long ttl) {
        return new SetItem(name(map), KEY, DATA, ttl, ifMatch);
    }

    private static ErrorCode refusal(Outcome<Result> outcome) {
        return outcome instanceof Outcome.Refused<Result> refused ? refused.errorCode() : null;
    }
}
