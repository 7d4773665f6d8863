package io.lockstep.write;

import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import org.jspecify.annotations.Nullable;

/** What is to be done with a list or a map, or with an item of it. */
public sealed interface CollectionCommand extends Command {

    /**
     * A new collection.
     *
     * @param sid the new collection's, which says whether it is a list or a map
     * @param ttl seconds; 0 for ever
     */
    record Create(Sid sid, @Nullable String uniqueName, long ttl) implements CollectionCommand {

        @Override
        public SidOrUniqueName name() {
            return Command.wanted(sid, uniqueName);
        }
    }

    /**
     * Another time to live.
     *
     * @param ttl seconds from now; 0 for ever
     */
    record Update(SidOrUniqueName name, long ttl) implements CollectionCommand {}

    /** Its end, and that of all its items. */
    record Delete(SidOrUniqueName name) implements CollectionCommand {}

    /** Its end, if its time has come. */
    record Expire(SidOrUniqueName name) implements CollectionCommand {}

    /** What is to be done with one item. */
    sealed interface OfItem extends CollectionCommand {

        /** Null for the next item of a list. */
        @Nullable
        ItemKey key();
    }

    /**
     * A new item.
     *
     * @param key in a map; null in a list, which gives it
     * @param ttl the item's, in seconds; 0 for ever
     * @param collectionTtl seconds from now, 0 for ever; null keeps the collection's date
     */
    record AddItem(
            SidOrUniqueName name,
            @Nullable ItemKey key,
            JsonText data,
            long ttl,
            @Nullable Long collectionTtl) implements OfItem {

        @Override
        public int size() {
            return data.text().length();
        }
    }

    /**
     * Other data, another time to live, or both.
     *
     * @param data null keeps it
     * @param ttl the item's, in seconds from now, 0 for ever; null keeps the date
     * @param collectionTtl as that of a new item
     * @param ifMatch the revision that the item must have; null for any
     */
    record UpdateItem(
            SidOrUniqueName name,
            ItemKey key,
            @Nullable JsonText data,
            @Nullable Long ttl,
            @Nullable Long collectionTtl,
            @Nullable String ifMatch)
            implements OfItem {

        @Override
        public int size() {
            return data == null ? 0 : data.text().length();
        }
    }

    /**
     * An item of a map as it is from now on, whether or not there is one (sync-client-rest.md section 6).
     *
     * @param ttl the item's, in seconds from now, 0 for ever; null keeps the date of one that is there
     * @param ifMatch the revision that the item must have, or {@link #ABSENT}; null for any, and for none
     */
    record SetItem(
            SidOrUniqueName name,
            ItemKey key,
            JsonText data,
            @Nullable Long ttl,
            @Nullable String ifMatch) implements OfItem {

        /** What stands for the revision of an item that is not there. */
        public static final String ABSENT = "-1";

        @Override
        public int size() {
            return data.text().length();
        }
    }

    /**
     * The end of an item.
     *
     * @param ifMatch the revision that it must have; null for any
     */
    record RemoveItem(
            SidOrUniqueName name, ItemKey key, @Nullable String ifMatch) implements OfItem {}

    /** The end of an item, if its time has come. */
    record ExpireItem(SidOrUniqueName name, ItemKey key) implements OfItem {}
}
