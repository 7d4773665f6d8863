package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.write.CollectionCommand.AddItem;
import io.lockstep.write.CollectionCommand.Create;
import io.lockstep.write.CollectionCommand.Delete;
import io.lockstep.write.CollectionCommand.ExpireItem;
import io.lockstep.write.CollectionCommand.OfItem;
import io.lockstep.write.CollectionCommand.RemoveItem;
import io.lockstep.write.CollectionCommand.SetItem;
import io.lockstep.write.CollectionCommand.Update;
import io.lockstep.write.CollectionCommand.UpdateItem;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides writes to lists or maps and their items. Who has locked a collection has locked its items: each of their changes
 * takes the collection's next event id.
 */
public final class CollectionBatch implements Decisions<CollectionCommand, SyncCollection, CollectionBatch.Result> {

    private final Sid.Kind kind;
    private final WorkingSet<SyncCollection> collections;
    private final Map<ItemId, SyncItem> live = new HashMap<>();
    private final Map<ItemId, ItemRow> rows = new LinkedHashMap<>();

    /**
     * @param kind lists or maps
     * @param items every live one that a write of the batch names, expired ones included
     */
    public CollectionBatch(Sid.Kind kind, Locked<SyncCollection> locked, List<SyncItem> items, Rules rules) {
        this.kind = kind;
        this.collections = new WorkingSet<>(locked, rules);
        items.forEach(item -> live.put(ItemId.of(item), item));
    }

    @Override
    public WorkingSet<SyncCollection> objects() {
        return collections;
    }

    /** Items to write, whatever is stored under their keys; none of a collection that is gone. */
    public Collection<ItemRow> items() {
        rows.keySet().removeIf(it -> !collections.isLive(it.collectionSid()));
        return rows.values();
    }

    @Override
    public Outcome<Result> decide(Write<CollectionCommand> write) {
        return collections.inService(
                write, () -> write.command() instanceof OfItem ofItem ? decideItem(write, ofItem) : decideOwn(write));
    }

    private Outcome<Result> decideOwn(Write<CollectionCommand> write) {
        if (write.command() instanceof Create create) {
            return Result.of(collections.create(write.caller(), collection(write, create)));
        }
        if (write.command() instanceof Update update) {
            return on(write, Rights::write, it -> done(update(it, update)));
        }
        if (write.command() instanceof Delete) {
            return on(write, Rights::manage, it -> done(delete(write.caller(), it)));
        }
        return Result.of(collections.expire(write, kind)); // the only command that is left
    }

    private Outcome<Result> on(
            Write<CollectionCommand> write, Predicate<Rights> right, Function<SyncCollection, Outcome<Result>> work) {
        return collections.onObject(write, kind, right, work);
    }

    private SyncCollection collection(Write<?> write, Create create) {
        return new SyncCollection(
                create.sid(),
                write.serviceSid(),
                create.uniqueName(),
                -1,
                0,
                write.caller().identity(),
                collections.now(),
                collections.now(),
                collections.expiry(create.ttl()));
    }

    /** No event: nobody is told of a collection's time to live. */
    private SyncCollection update(SyncCollection before, Update update) {
        SyncCollection after = changed(before, before.lastEventId(), before.nextIndex(), update.ttl());
        collections.replace(after);
        return after;
    }

    private SyncCollection delete(Caller caller, SyncCollection before) {
        collections.delete(caller, before);
        return before;
    }

    private Outcome<Result> decideItem(Write<CollectionCommand> write, OfItem command) {
        if (command instanceof AddItem add) {
            return on(write, Rights::write, it -> add(write, it, add));
        }
        if (command instanceof UpdateItem update) {
            return on(
                    write,
                    Rights::write,
                    it -> onItem(
                            it,
                            update.key(),
                            update.ifMatch(),
                            (collection, item) -> update(write, collection, item, update)));
        }
        if (command instanceof SetItem set) {
            return on(write, Rights::write, it -> set(write, it, set));
        }
        if (command instanceof RemoveItem remove) {
            return on(
                    write,
                    Rights::write,
                    it -> onItem(
                            it,
                            remove.key(),
                            remove.ifMatch(),
                            (collection, item) -> remove(write.caller(), collection, item)));
        }
        return expire(write, ((ExpireItem) command).key()); // the only command that is left
    }

    private Outcome<Result> expire(Write<CollectionCommand> write, ItemKey key) {
        SyncCollection collection =
                collections.find(write.serviceSid(), write.command().name());
        SyncItem item = collection == null ? null : live.get(new ItemId(collection.sid(), key));
        return collection == null || item == null || !item.expired(collections.now())
                ? Outcome.refused(Refusals.missingItem(kind))
                : remove(write.caller(), collection, item);
    }

    private Outcome<Result> add(Write<?> write, SyncCollection collection, AddItem add) {
        boolean list = kind == Sid.Kind.LIST;
        ItemKey key = add.key() == null ? new ItemKey.Index(collection.nextIndex()) : add.key();
        SyncCollection before = withoutExpired(collection, key);
        if (live.containsKey(new ItemId(before.sid(), key))) {
            return new Outcome.Refused<>(ErrorCode.MAP_ITEM_EXISTS, "An Item with this key already exists in the Map");
        }
        long event = before.lastEventId() + 1;
        SyncCollection after =
                changed(before, event, list ? before.nextIndex() + 1 : before.nextIndex(), add.collectionTtl());
        SyncItem item = new SyncItem(
                before.serviceSid(),
                before.sid(),
                key,
                add.data(),
                event,
                event,
                write.caller().identity(),
                after.dateUpdated(),
                after.dateUpdated(),
                collections.expiry(add.ttl()));
        put(after, item, list);
        collections.record(new Change.ItemAdded(after, item, write.caller()));
        return new Outcome.Done<>(new Result(after, item));
    }

    /** A condition that does not hold is told as such also of an item that is not there: a map's client takes 404 for its end. */
    private Outcome<Result> set(Write<?> write, SyncCollection found, SetItem set) {
        SyncCollection collection = withoutExpired(found, set.key());
        boolean absent = !live.containsKey(new ItemId(collection.sid(), set.key()));
        String ifMatch = set.ifMatch();
        if (absent && ifMatch != null && !ifMatch.equals(SetItem.ABSENT)) {
            return new Outcome.Refused<>(Refusals.itemRevisionMismatch(kind), "There is no such item");
        }
        if (absent && kind == Sid.Kind.LIST) { // which gives its indexes itself
            return Outcome.refused(Refusals.missingItem(kind));
        }
        if (absent) {
            return add(write, collection, new AddItem(set.name(), set.key(), set.data(), ttl(set.ttl()), null));
        }
        UpdateItem update = new UpdateItem(set.name(), set.key(), set.data(), set.ttl(), null, ifMatch);
        return onItem(collection, set.key(), ifMatch, (it, item) -> update(write, it, item, update));
    }

    private static long ttl(@Nullable Long ttl) {
        return ttl == null ? 0 : ttl;
    }

    /** What update and remove have in common: the item must be there, and at the revision that is meant. */
    private Outcome<Result> onItem(
            SyncCollection found,
            ItemKey key,
            @Nullable String ifMatch,
            BiFunction<SyncCollection, SyncItem, Outcome<Result>> work) {
        SyncCollection collection = withoutExpired(found, key);
        SyncItem item = live.get(new ItemId(collection.sid(), key));
        if (item == null) {
            return Outcome.refused(Refusals.missingItem(kind));
        }
        if (ifMatch != null && !ifMatch.equals(item.revision())) {
            return new Outcome.Refused<>(Refusals.itemRevisionMismatch(kind), "The revision is " + item.revision());
        }
        return work.apply(collection, item);
    }

    private Outcome<Result> update(Write<?> write, SyncCollection collection, SyncItem before, UpdateItem update) {
        long event = collection.lastEventId() + 1;
        SyncCollection after = changed(collection, event, collection.nextIndex(), update.collectionTtl());
        SyncItem item = new SyncItem(
                before.serviceSid(),
                before.collectionSid(),
                before.key(),
                update.data() == null ? before.data() : update.data(),
                event,
                before.createdEventId(),
                before.createdBy(),
                before.dateCreated(),
                after.dateUpdated(),
                collections.expiry(update.ttl(), before.dateExpires()));
        put(after, item, isNew(before));
        collections.record(new Change.ItemUpdated(after, item, write.caller()));
        return new Outcome.Done<>(new Result(after, item));
    }

    private Outcome<Result> remove(Caller caller, SyncCollection collection, SyncItem before) {
        SyncCollection after = changed(collection, collection.lastEventId() + 1, collection.nextIndex(), null);
        collections.replace(after);
        live.remove(ItemId.of(before));
        SyncItem end = tombstone(before, after);
        rows.put(ItemId.of(before), new ItemRow(end, true, isNew(before)));
        collections.record(new Change.ItemRemoved(after, before, caller));
        return new Outcome.Done<>(new Result(after, end));
    }

    /** What a client that was away is told of its end by. */
    private static SyncItem tombstone(SyncItem before, SyncCollection after) {
        return new SyncItem(
                before.serviceSid(),
                before.collectionSid(),
                before.key(),
                before.data(),
                after.lastEventId(),
                before.createdEventId(),
                before.createdBy(),
                before.dateCreated(),
                after.dateUpdated(),
                before.dateExpires());
    }

    /** An item whose time has come, and which nobody has removed yet, is removed by whoever meets it. */
    private SyncCollection withoutExpired(SyncCollection collection, ItemKey key) {
        SyncItem item = live.get(new ItemId(collection.sid(), key));
        if (item == null || !item.expired(collections.now())) {
            return collection;
        }
        return ((Outcome.Done<Result>) remove(collections.system(collection.serviceSid()), collection, item))
                .result()
                .collection();
    }

    private SyncCollection changed(SyncCollection before, long event, long nextIndex, @Nullable Long ttl) {
        Instant date = collections.later(before.dateUpdated());
        return new SyncCollection(
                before.sid(),
                before.serviceSid(),
                before.uniqueName(),
                event,
                nextIndex,
                before.createdBy(),
                before.dateCreated(),
                date,
                collections.expiry(ttl, before.dateExpires()));
    }

    private void put(SyncCollection after, SyncItem item, boolean isNew) {
        collections.replace(after);
        live.put(ItemId.of(item), item);
        rows.put(ItemId.of(item), new ItemRow(item, false, isNew));
    }

    private boolean isNew(SyncItem item) {
        ItemRow row = rows.get(ItemId.of(item));
        return row != null && row.isNew();
    }

    private static Outcome<Result> done(SyncCollection collection) {
        return new Outcome.Done<>(new Result(collection, null));
    }

    /**
     * A collection, and its item, as it ended if it was removed.
     *
     * @param item null when the write was to the collection itself
     */
    public record Result(
            SyncCollection collection, @Nullable SyncItem item) {

        private static Outcome<Result> of(Outcome<SyncCollection> outcome) {
            return outcome instanceof Outcome.Refused<SyncCollection> refused
                    ? new Outcome.Refused<>(refused.errorCode(), refused.message())
                    : done(outcome.result());
        }
    }

    /**
     * What is stored under an item's key.
     *
     * @param removed whether it is a tombstone: the item as it was before, with the event and the date of its end
     * @param isNew whether nothing can be stored there yet, because the batch has added it under a new index of a list
     */
    public record ItemRow(SyncItem item, boolean removed, boolean isNew) {}

    private record ItemId(Sid collectionSid, ItemKey key) {

        static ItemId of(SyncItem item) {
            return new ItemId(item.collectionSid(), item.key());
        }
    }
}
