package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.JsonText;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lists of all Services, or maps, with their items. Methods fail as those of {@link DocumentRepository} do, with the codes
 * of lists and maps; one that names an item that is not there, or has expired, with {@link ErrorCode#LIST_ITEM_NOT_FOUND}
 * or {@link ErrorCode#MAP_ITEM_NOT_FOUND}.
 */
public interface CollectionRepository {

    /** Fails with {@link ErrorCode#UNIQUE_NAME_TAKEN} if a collection of the kind has that name in the Service. */
    Future<SyncCollection> create(
            Caller caller, Sid service, NewObject collection, @Nullable Once<SyncCollection> once);

    /** The collection as it is now. */
    Future<SyncCollection> get(Caller caller, Sid service, SidOrUniqueName name);

    /**
     * Another time to live, which is no event.
     *
     * @param ttl seconds from now; 0 for ever
     */
    Future<SyncCollection> update(
            Caller caller, Sid service, SidOrUniqueName name, long ttl, @Nullable Once<SyncCollection> once);

    /** Hides it and its items at once, and leaves their rows to the purge. Its name is free at once. */
    Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name);

    /** Collections in the order of their creation; cursor keys are their SIDs. */
    Future<Page<SyncCollection>> page(Caller caller, Sid service, PageRequest request);

    /** Fails with {@link ErrorCode#MAP_ITEM_EXISTS} if the map has an item under that key. */
    Future<SyncItem> addItem(
            Caller caller, Sid service, SidOrUniqueName name, NewItem item, @Nullable Once<SyncItem> once);

    /** The item as it is now. */
    Future<SyncItem> getItem(Caller caller, Sid service, SidOrUniqueName name, ItemKey key);

    /** Fails with the code of its kind if the item's revision has moved on. */
    Future<SyncItem> updateItem(
            Caller caller,
            Sid service,
            SidOrUniqueName name,
            ItemKey key,
            ItemPatch patch,
            @Nullable Once<SyncItem> once);

    /**
     * What an item of a map is from now on, whether or not there is one: what comes of it {@link SyncItem#isNew is new} when
     * there was none. Fails with the code of an item's revision if that is not what the condition says.
     */
    Future<SyncItem> setItem(Caller caller, Sid service, SidOrUniqueName name, ItemValue item);

    /**
     * Its key may be used again, its index never is. What comes of it is the item with the event and the date of its end.
     *
     * @param ifMatch the revision that it must have; null for any
     */
    Future<SyncItem> removeItem(
            Caller caller, Sid service, SidOrUniqueName name, ItemKey key, @Nullable String ifMatch);

    /** Items in the order of their keys; cursor keys are those. */
    Future<Page<SyncItem>> pageItems(
            Caller caller, Sid service, SidOrUniqueName name, ItemQuery query, PageRequest request);

    /**
     * What a caller decides of a new item.
     *
     * @param key of a map's; null in a list, which gives it
     * @param ttl seconds; 0 for ever
     * @param collectionTtl seconds from now, 0 for ever; null keeps the collection's date
     */
    record NewItem(
            @Nullable ItemKey key,
            JsonText data,
            long ttl,
            @Nullable Long collectionTtl) {}

    /**
     * What an update of an item changes; null keeps.
     *
     * @param ttl seconds from now; 0 for ever
     * @param collectionTtl seconds from now; 0 for ever
     * @param ifMatch the revision that the item must have
     */
    record ItemPatch(
            @Nullable JsonText data,
            @Nullable Long ttl,
            @Nullable Long collectionTtl,
            @Nullable String ifMatch) {}

    /**
     * What an item of a map is to be.
     *
     * @param ttl seconds from now, 0 for ever; null keeps the date of an item that is there
     * @param ifMatch the revision that it must have, or {@code -1} if it must not be there; null for whatever there is
     */
    record ItemValue(
            ItemKey key,
            JsonText data,
            @Nullable Long ttl,
            @Nullable String ifMatch) {}
}
