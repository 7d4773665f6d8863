package io.lockstep.write;

import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.write.CollectionCommand.AddItem;
import io.lockstep.write.CollectionCommand.Create;
import io.lockstep.write.CollectionCommand.Delete;
import io.lockstep.write.CollectionCommand.Expire;
import io.lockstep.write.CollectionCommand.ExpireItem;
import io.lockstep.write.CollectionCommand.RemoveItem;
import io.lockstep.write.CollectionCommand.SetItem;
import io.lockstep.write.CollectionCommand.Update;
import io.lockstep.write.CollectionCommand.UpdateItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Random writes to lists or maps and their items, most of which mean something that is there. */
final class CollectionWrites {

    private static final int MANY = 12; // collections
    private static final int REMEMBERED = 20; // SIDs that writes name; most of them are dead sooner or later
    private static final int KEYS = 6; // of a map, or indexes at the end of a list

    final List<Sid> services = new ArrayList<>();
    final List<Sid> ownerOfService = new ArrayList<>();
    private final Sid.Kind kind;
    private final Random random;
    private final CollectionsOneAtATime model;
    private final List<Sid> sids = new ArrayList<>();

    /**
     * @param model with the state that the next write meets
     */
    CollectionWrites(Sid.Kind kind, Random random, CollectionsOneAtATime model) {
        this.kind = kind;
        this.random = random;
        this.model = model;
    }

    /** Three Services are there, the fourth is not. */
    Write<CollectionCommand> next() {
        int index = random.nextInt(20) == 0 ? 3 : random.nextInt(3);
        Sid account = ownerOfService.get(random.nextInt(20) == 0 ? random.nextInt(3) : index);
        int scope = random.nextInt(20) == 0 ? random.nextInt(3) : index;
        Caller caller = random.nextInt(5) < 3
                ? new Caller.Backend(account)
                : new Caller.Client(account, services.get(scope), identity(), "endpoint");
        return command(caller, services.get(index));
    }

    private Write<CollectionCommand> command(Caller caller, Sid service) {
        boolean strange = random.nextInt(20) == 0;
        List<SyncCollection> there = model.rows.stream()
                .filter(row -> row.serviceSid().equals(service) || strange)
                .toList();
        SyncCollection meant = there.isEmpty() ? null : there.get(random.nextInt(there.size()));
        return new Write<>(caller, service, command(meant));
    }

    private CollectionCommand command(SyncCollection meant) {
        SidOrUniqueName name = target(meant);
        int percent = random.nextInt(100);
        if (percent < 6) {
            return create();
        }
        if (percent < 10) {
            return new Update(name, ttl(8));
        }
        if (percent < 12) {
            return new Delete(name);
        }
        return percent < 15 ? new Expire(name) : ofItem(name, meant, percent);
    }

    private CollectionCommand ofItem(SidOrUniqueName name, SyncCollection meant, int percent) {
        ItemKey key = key(meant);
        Long collectionTtl = random.nextInt(12) == 0 ? Long.valueOf(ttl(8)) : null;
        if (percent < 45) {
            return new AddItem(name, kind == Sid.Kind.LIST ? null : key, data(), ttl(2), collectionTtl);
        }
        if (percent < 60 && kind == Sid.Kind.MAP) {
            String ifMatch = random.nextInt(3) == 0 ? SetItem.ABSENT : ifMatch(meant, key);
            return new SetItem(name, key, data(), random.nextBoolean() ? null : Long.valueOf(ttl(2)), ifMatch);
        }
        if (percent < 75) {
            int what = random.nextInt(3); // data, a time to live, or both
            return new UpdateItem(
                    name,
                    key,
                    what == 1 ? null : data(),
                    what == 0 ? null : Long.valueOf(ttl(2)),
                    collectionTtl,
                    ifMatch(meant, key));
        }
        return percent < 90 ? new RemoveItem(name, key, ifMatch(meant, key)) : new ExpireItem(name, key);
    }

    private Create create() {
        boolean unnamed = model.rows.size() < MANY && random.nextInt(3) == 0;
        Create create = new Create(sid(kind), unnamed ? null : name(), ttl(3));
        sids.add(create.sid());
        if (sids.size() > REMEMBERED) {
            sids.remove(random.nextInt(sids.size()));
        }
        return create;
    }

    private SidOrUniqueName target(SyncCollection meant) {
        if (meant == null || random.nextInt(10) == 0) {
            return sids.isEmpty() || random.nextBoolean()
                    ? new SidOrUniqueName.ByName(name())
                    : new SidOrUniqueName.BySid(sids.get(random.nextInt(sids.size())));
        }
        return meant.uniqueName() == null || random.nextBoolean()
                ? new SidOrUniqueName.BySid(meant.sid())
                : new SidOrUniqueName.ByName(meant.uniqueName());
    }

    private ItemKey key(SyncCollection meant) {
        int number = random.nextInt(KEYS + 1);
        if (kind == Sid.Kind.MAP) {
            return new ItemKey.Key("key-" + number);
        }
        return new ItemKey.Index(meant == null ? number : Math.max(0, meant.nextIndex() - KEYS) + number);
    }

    private String ifMatch(SyncCollection meant, ItemKey key) {
        var stored = meant == null ? null : model.items.get(List.of(meant.sid(), key));
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toHexString(random.nextInt(20));
            case 1 -> stored == null ? "0" : stored.item().revision();
            default -> null;
        };
    }

    /** For ever, mostly when it is one in more. */
    private long ttl(int oneIn) {
        return random.nextInt(oneIn) == 0 ? 1L + random.nextInt(5) : 0L;
    }

    private JsonText data() {
        return new JsonText("{\"n\":" + random.nextInt(1000) + "}");
    }

    private String name() {
        return "name-" + random.nextInt(4);
    }

    String identity() {
        return "identity-" + random.nextInt(3);
    }

    Sid sid(Sid.Kind of) {
        return new Sid(of, new UUID(random.nextLong(), random.nextLong()));
    }
}
