package io.lockstep.store;

import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.lockstep.model.SyncObject;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What those who follow objects may have missed: the rows, which know the last change of each thing. */
public interface ReplayRepository {

    /** The object as it is now, of whichever kind. Fails as the repository of its kind does. */
    Future<SyncObject> find(Caller caller, Sid service, Sid object);

    /** Succeeds when a client may read an object that is there; fails with FORBIDDEN when it may not. */
    Future<Void> readable(Caller.Client client, Sid object);

    /**
     * The items of a collection whose last change came after an event, in the order of those changes. Removed items are
     * among them until their tombstones are pruned. What is left out at the end came later than what is there.
     *
     * @param limit how many at most
     */
    Future<List<ItemState>> itemsSince(Sid service, Sid collection, long eventId, int limit);

    /**
     * Where objects stand: the number of the last change of each that is there, -1 where none are counted. Fails with
     * UNAVAILABLE when the database cannot be reached.
     */
    Future<Map<Sid, Long>> lastEventIds(Collection<Followed> objects);

    /** An object that somebody follows, and the Service that it is in. */
    record Followed(Sid service, Sid object) {}

    /**
     * What has become of an item.
     *
     * @param item with the event and the date of its last change; of a removed one, of its end
     */
    record ItemState(SyncItem item, boolean removed) {}
}
