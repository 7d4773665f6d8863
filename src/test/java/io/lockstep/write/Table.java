package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rows between two batches, with the constraints that the database has. */
final class Table {

    final Map<Sid, ServiceState> services = new HashMap<>();
    final Map<Sid, Document> documents = new LinkedHashMap<>();
    final Map<Subject, Permission> permissions = new HashMap<>();

    /** What a batch of these writes would lock and read: no more than they name. */
    Locked<Document> lock(List<Write<DocumentCommand>> writes, Instant now) {
        Map<Sid, ServiceState> named = new HashMap<>(services);
        named.keySet().retainAll(writes.stream().map(Write::serviceSid).toList());
        List<Document> locked = documents.values().stream()
                .filter(row -> writes.stream().anyMatch(write -> names(write, row)))
                .toList();
        return new Locked<>(named, locked, rights(writes, locked), now);
    }

    private Map<Subject, Rights> rights(List<Write<DocumentCommand>> writes, List<Document> locked) {
        Map<Subject, Rights> rights = new HashMap<>();
        for (Write<DocumentCommand> write : writes) {
            for (Document row : locked) {
                Permission stored =
                        permissions.get(new Subject(row.sid(), write.caller().identity()));
                if (stored != null && write.caller() instanceof Caller.Client) {
                    rights.put(new Subject(row.sid(), stored.identity()), stored.rights());
                }
            }
        }
        return rights;
    }

    private static boolean names(Write<DocumentCommand> write, Document row) {
        if (!write.serviceSid().equals(row.serviceSid())) {
            return false;
        }
        if (write.command() instanceof DocumentCommand.Create create) {
            return create.uniqueName() != null && create.uniqueName().equals(row.uniqueName());
        }
        SidOrUniqueName name = write.command() instanceof DocumentCommand.Update update
                ? update.name()
                : ((DocumentCommand.Delete) write.command()).name();
        return name instanceof SidOrUniqueName.BySid one
                ? one.sid().equals(row.sid())
                : ((SidOrUniqueName.ByName) name).name().equals(row.uniqueName());
    }

    /** In the order in which the database is told. */
    void apply(WorkingSet<Document> batch) {
        for (Document gone : batch.removed()) {
            assertThat(documents.remove(gone.sid())).isNotNull();
            permissions.keySet().removeIf(it -> it.objectSid().equals(gone.sid()));
        }
        for (Document changed : batch.updated()) {
            assertThat(documents.replace(changed.sid(), changed)).isNotNull();
        }
        for (Document added : batch.inserted()) {
            assertThat(documents.put(added.sid(), added)).isNull();
        }
        for (Permission granted : batch.granted()) {
            assertThat(documents).containsKey(granted.objectSid());
            assertThat(permissions.put(new Subject(granted.objectSid(), granted.identity()), granted))
                    .isNull();
        }
        assertNamesAreUnique();
    }

    private void assertNamesAreUnique() {
        Set<List<Object>> names = new HashSet<>();
        for (Document row : documents.values()) {
            if (row.uniqueName() != null) {
                assertThat(names.add(List.of(row.serviceSid(), row.uniqueName())))
                        .isTrue();
            }
        }
    }
}
