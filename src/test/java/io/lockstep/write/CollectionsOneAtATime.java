package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.write.CollectionCommand.AddItem;
import io.lockstep.write.CollectionCommand.Create;
import io.lockstep.write.CollectionCommand.Delete;
import io.lockstep.write.CollectionCommand.Expire;
import io.lockstep.write.CollectionCommand.ExpireItem;
import io.lockstep.write.CollectionCommand.RemoveItem;
import io.lockstep.write.CollectionCommand.SetItem;
import io.lockstep.write.CollectionCommand.Update;
import io.lockstep.write.CollectionCommand.UpdateItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What lists or maps do, said in the plainest way: one write after another, on a list. Shares no code with the batch. */
final class CollectionsOneAtATime {

    final Map<Sid, ServiceState> services = new HashMap<>();
    final Map<Sid, Sid> accounts = new HashMap<>();
    final List<SyncCollection> rows = new ArrayList<>();
    final Map<List<Object>, Stored> items = new HashMap<>();
    final List<Permission> permissions = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    Instant now = Instant.EPOCH;
    private final boolean lists;

    CollectionsOneAtATime(Sid.Kind kind) {
        this.lists = kind == Sid.Kind.LIST;
    }

    /** An item, or what is left of one that was removed. */
    record Stored(SyncItem item, boolean removed) {}

    /** What is told of a write: a code; or a collection, and an item or null. */
    Object write(Caller caller, Sid service, CollectionCommand command) {
        boolean theirs = services.containsKey(service)
                && accounts.get(service).equals(caller.accountSid())
                && !(caller instanceof Caller.Client client
                        && !client.serviceSid().equals(service));
        if (!theirs) {
            return ErrorCode.NOT_FOUND;
        }
        if (command instanceof Create create) {
            return create(caller, service, create);
        }
        SyncCollection met = stored(service, command.name());
        boolean over = met != null && due(met.dateExpires());
        if (over) {
            delete(met, new Caller.Backend(accounts.get(service)));
        }
        if (command instanceof Expire) {
            return over ? told(met, null) : missing(command.name());
        }
        return command instanceof ExpireItem expire
                ? expire(caller, over ? null : met, expire)
                : change(caller, over ? null : met, command);
    }

    private Object create(Caller caller, Sid service, Create create) {
        if (create.uniqueName() != null) {
            SyncCollection holder = stored(service, new SidOrUniqueName.ByName(create.uniqueName()));
            if (holder != null && !due(holder.dateExpires())) {
                return ErrorCode.UNIQUE_NAME_TAKEN;
            }
            if (holder != null) {
                delete(holder, new Caller.Backend(accounts.get(service)));
            }
        }
        String creator = caller instanceof Caller.Client client ? client.identity() : "system";
        SyncCollection row = new SyncCollection(
                create.sid(), service, create.uniqueName(), -1, 0, creator, now, now, end(create.ttl(), null));
        rows.add(row);
        if (caller instanceof Caller.Client) {
            permissions.add(new Permission(service, row.sid(), creator, new Rights(true, true, true)));
        }
        changes.add(new Change.ObjectCreated(row, caller));
        return told(row, null);
    }

    /** Done by someone who may be forbidden to. */
    private Object change(Caller caller, SyncCollection row, CollectionCommand command) {
        if (row == null) {
            return missing(command.name());
        }
        if (!allowed(caller, row, command instanceof Delete)) {
            return ErrorCode.FORBIDDEN;
        }
        if (command instanceof Update update) {
            return told(changed(row, row.lastEventId(), row.nextIndex(), update.ttl()), null);
        }
        if (command instanceof Delete) {
            delete(row, caller);
            return told(row, null);
        }
        if (command instanceof AddItem add) {
            return add(caller, row, add);
        }
        if (command instanceof SetItem set) {
            return set(caller, row, set);
        }
        return command instanceof UpdateItem update
                ? update(caller, row, update)
                : remove(caller, row, (RemoveItem) command);
    }

    private boolean allowed(Caller caller, SyncCollection row, boolean manage) {
        if (!(caller instanceof Caller.Client client)
                || !services.get(row.serviceSid()).aclEnabled()) {
            return true;
        }
        return permissions.stream()
                .filter(it -> it.objectSid().equals(row.sid()) && it.identity().equals(client.identity()))
                .anyMatch(it -> manage ? it.rights().manage() : it.rights().write());
    }

    private Object expire(Caller caller, SyncCollection row, ExpireItem expire) {
        SyncItem item = row == null ? null : live(row, expire.key());
        if (item == null || !due(item.dateExpires())) {
            return missingItem();
        }
        return ended(caller, row, item);
    }

    private Object add(Caller caller, SyncCollection found, AddItem add) {
        ItemKey key = lists ? new ItemKey.Index(found.nextIndex()) : add.key();
        SyncCollection row = sweep(found, key);
        if (live(row, key) != null) {
            return ErrorCode.MAP_ITEM_EXISTS;
        }
        String creator = caller instanceof Caller.Client client ? client.identity() : "system";
        long event = row.lastEventId() + 1;
        SyncCollection after = changed(row, event, lists ? row.nextIndex() + 1 : row.nextIndex(), add.collectionTtl());
        Instant date = after.dateUpdated();
        SyncItem item = new SyncItem(
                row.serviceSid(), row.sid(), key, add.data(), event, event, creator, date, date, end(add.ttl(), null));
        items.put(List.of(row.sid(), key), new Stored(item, false));
        changes.add(new Change.ItemAdded(after, item, caller));
        return told(after, item);
    }

    private Object set(Caller caller, SyncCollection found, SetItem set) {
        SyncCollection row = sweep(found, set.key());
        if (live(row, set.key()) != null) {
            return "-1".equals(set.ifMatch())
                    ? mismatch()
                    : update(
                            caller,
                            row,
                            new UpdateItem(set.name(), set.key(), set.data(), set.ttl(), null, set.ifMatch()));
        }
        return set.ifMatch() == null || set.ifMatch().equals("-1")
                ? add(
                        caller,
                        row,
                        new AddItem(set.name(), set.key(), set.data(), set.ttl() == null ? 0 : set.ttl(), null))
                : mismatch();
    }

    private Object update(Caller caller, SyncCollection found, UpdateItem update) {
        SyncCollection row = sweep(found, update.key());
        SyncItem item = live(row, update.key());
        if (item == null || stale(item, update.ifMatch())) {
            return item == null ? missingItem() : mismatch();
        }
        SyncCollection after = changed(row, row.lastEventId() + 1, row.nextIndex(), update.collectionTtl());
        SyncItem changed = new SyncItem(
                row.serviceSid(),
                row.sid(),
                item.key(),
                update.data() != null ? update.data() : item.data(),
                row.lastEventId() + 1,
                item.createdEventId(),
                item.createdBy(),
                item.dateCreated(),
                after.dateUpdated(),
                end(update.ttl(), item.dateExpires()));
        items.put(List.of(row.sid(), item.key()), new Stored(changed, false));
        changes.add(new Change.ItemUpdated(after, changed, caller));
        return told(after, changed);
    }

    private Object remove(Caller caller, SyncCollection found, RemoveItem remove) {
        SyncCollection row = sweep(found, remove.key());
        SyncItem item = live(row, remove.key());
        if (item == null || stale(item, remove.ifMatch())) {
            return item == null ? missingItem() : mismatch();
        }
        return ended(caller, row, item);
    }

    /** An item whose time has come goes first. */
    private SyncCollection sweep(SyncCollection row, ItemKey key) {
        SyncItem item = live(row, key);
        return item != null && due(item.dateExpires())
                ? end(new Caller.Backend(accounts.get(row.serviceSid())), row, item)
                : row;
    }

    private Object ended(Caller caller, SyncCollection row, SyncItem item) {
        SyncCollection after = end(caller, row, item);
        return told(after, items.get(List.of(row.sid(), item.key())).item());
    }

    private SyncCollection end(Caller caller, SyncCollection row, SyncItem item) {
        SyncCollection after = changed(row, row.lastEventId() + 1, row.nextIndex(), null);
        SyncItem last = new SyncItem(
                item.serviceSid(),
                item.collectionSid(),
                item.key(),
                item.data(),
                after.lastEventId(),
                item.createdEventId(),
                item.createdBy(),
                item.dateCreated(),
                after.dateUpdated(),
                item.dateExpires());
        items.put(List.of(row.sid(), item.key()), new Stored(last, true));
        changes.add(new Change.ItemRemoved(after, item, caller));
        return after;
    }

    private SyncItem live(SyncCollection row, ItemKey key) {
        Stored stored = items.get(List.of(row.sid(), key));
        return stored == null || stored.removed() ? null : stored.item();
    }

    private SyncCollection changed(SyncCollection row, long event, long nextIndex, Long ttl) {
        SyncCollection after = new SyncCollection(
                row.sid(),
                row.serviceSid(),
                row.uniqueName(),
                event,
                nextIndex,
                row.createdBy(),
                row.dateCreated(),
                latest(row.dateUpdated(), now),
                end(ttl, row.dateExpires()));
        rows.set(rows.indexOf(row), after);
        return after;
    }

    private void delete(SyncCollection row, Caller caller) {
        rows.remove(row);
        items.keySet().removeIf(it -> it.get(0).equals(row.sid()));
        permissions.removeIf(it -> it.objectSid().equals(row.sid()));
        changes.add(new Change.ObjectRemoved(row, caller, latest(row.dateUpdated(), now)));
    }

    private SyncCollection stored(Sid service, SidOrUniqueName name) {
        for (SyncCollection row : rows) {
            boolean meant = name instanceof SidOrUniqueName.BySid one
                    ? row.sid().equals(one.sid())
                    : ((SidOrUniqueName.ByName) name).name().equals(row.uniqueName());
            if (meant && row.serviceSid().equals(service)) {
                return row;
            }
        }
        return null;
    }

    private ErrorCode missing(SidOrUniqueName name) {
        if (name instanceof SidOrUniqueName.ByName) {
            return ErrorCode.UNIQUE_NAME_NOT_FOUND;
        }
        return lists ? ErrorCode.LIST_NOT_FOUND : ErrorCode.MAP_NOT_FOUND;
    }

    private ErrorCode missingItem() {
        return lists ? ErrorCode.LIST_ITEM_NOT_FOUND : ErrorCode.MAP_ITEM_NOT_FOUND;
    }

    private ErrorCode mismatch() {
        return lists ? ErrorCode.LIST_ITEM_REVISION_MISMATCH : ErrorCode.MAP_ITEM_REVISION_MISMATCH;
    }

    private static boolean stale(SyncItem item, String ifMatch) {
        return ifMatch != null && !Long.toHexString(item.lastEventId()).equals(ifMatch);
    }

    private static List<Object> told(SyncCollection collection, SyncItem item) {
        return Arrays.asList(collection, item);
    }

    private boolean due(Instant expires) {
        return expires != null && now.compareTo(expires) >= 0;
    }

    private Instant end(Long ttl, Instant before) {
        return ttl == null ? before : ttl == 0L ? null : now.plusSeconds(ttl);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
