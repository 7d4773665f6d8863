package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Caller;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.write.CollectionBatch.ItemRow;
import io.lockstep.write.CollectionCommand.OfItem;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rows of lists or maps and their items between two batches, with the constraints that the database has. */
final class CollectionTable {

    final Map<Sid, ServiceState> services = new HashMap<>();
    final Map<Sid, SyncCollection> collections = new LinkedHashMap<>();
    final Map<List<Object>, ItemRow> items = new HashMap<>();
    final Map<Subject, Permission> permissions = new HashMap<>();

    /** What a batch of these writes would lock and read: no more than they name. */
    Locked<SyncCollection> lock(List<Write<CollectionCommand>> writes, Instant now) {
        Map<Sid, ServiceState> named = new HashMap<>(services);
        named.keySet().retainAll(writes.stream().map(Write::serviceSid).toList());
        List<SyncCollection> locked = collections.values().stream()
                .filter(row -> writes.stream().anyMatch(write -> names(write, row)))
                .toList();
        return new Locked<>(named, locked, rights(writes, locked), now);
    }

    /** What it would read of items behind the locks: live ones that the writes name. */
    List<SyncItem> read(List<Write<CollectionCommand>> writes) {
        Set<SyncItem> found = new HashSet<>();
        for (Write<CollectionCommand> write : writes) {
            if (write.command() instanceof OfItem command && command.key() != null) {
                collections.values().stream()
                        .filter(row -> names(write, row))
                        .map(row -> items.get(List.of(row.sid(), command.key())))
                        .filter(row -> row != null && !row.removed())
                        .forEach(row -> found.add(row.item()));
            }
        }
        return List.copyOf(found);
    }

    private Map<Subject, Rights> rights(List<Write<CollectionCommand>> writes, List<SyncCollection> locked) {
        Map<Subject, Rights> rights = new HashMap<>();
        for (Write<CollectionCommand> write : writes) {
            for (SyncCollection row : locked) {
                Permission stored =
                        permissions.get(new Subject(row.sid(), write.caller().identity()));
                if (stored != null && write.caller() instanceof Caller.Client) {
                    rights.put(new Subject(row.sid(), stored.identity()), stored.rights());
                }
            }
        }
        return rights;
    }

    private static boolean names(Write<CollectionCommand> write, SyncCollection row) {
        SidOrUniqueName name = write.command().name();
        return write.serviceSid().equals(row.serviceSid())
                && (name instanceof SidOrUniqueName.BySid one
                        ? one.sid().equals(row.sid())
                        : ((SidOrUniqueName.ByName) name).name().equals(row.uniqueName()));
    }

    /** In the order in which the database is told. */
    void apply(CollectionBatch batch) {
        WorkingSet<SyncCollection> objects = batch.objects();
        for (SyncCollection gone : objects.removed()) {
            assertThat(collections.remove(gone.sid())).isNotNull();
            permissions.keySet().removeIf(it -> it.objectSid().equals(gone.sid()));
            items.keySet().removeIf(it -> it.get(0).equals(gone.sid()));
        }
        for (SyncCollection changed : objects.updated()) {
            assertThat(collections.replace(changed.sid(), changed)).isNotNull();
        }
        for (SyncCollection added : objects.inserted()) {
            assertThat(collections.put(added.sid(), added)).isNull();
        }
        for (Permission granted : objects.granted()) {
            assertThat(collections).containsKey(granted.objectSid());
            assertThat(permissions.put(new Subject(granted.objectSid(), granted.identity()), granted))
                    .isNull();
        }
        batch.items().forEach(this::put);
        assertNamesAreUnique();
    }

    private void put(ItemRow row) {
        assertThat(collections).containsKey(row.item().collectionSid());
        items.put(List.of(row.item().collectionSid(), row.item().key()), row);
    }

    private void assertNamesAreUnique() {
        Set<List<Object>> names = new HashSet<>();
        for (SyncCollection row : collections.values()) {
            if (row.uniqueName() != null) {
                assertThat(names.add(List.of(row.serviceSid(), row.uniqueName())))
                        .isTrue();
            }
        }
    }
}
