package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What documents do, said in the plainest way: one write after another, on a list. Shares no code with the batch. */
final class OneAtATime {

    final Map<Sid, ServiceState> services = new HashMap<>();
    final Map<Sid, Sid> accounts = new HashMap<>();
    final List<Document> rows = new ArrayList<>();
    final List<Permission> permissions = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    Instant now = Instant.EPOCH;

    /** What is told of a write: a code, or a document. */
    Object write(Caller caller, Sid service, DocumentCommand command) {
        boolean theirs = services.containsKey(service)
                && accounts.get(service).equals(caller.accountSid())
                && !(caller instanceof Caller.Client client
                        && !client.serviceSid().equals(service));
        if (!theirs) {
            return ErrorCode.NOT_FOUND;
        }
        if (command instanceof DocumentCommand.Create create) {
            return create(caller, service, create);
        }
        if (command instanceof DocumentCommand.Update update) {
            Object found = find(caller, service, update.name(), update.ifMatch(), false);
            return found instanceof Document before ? update(caller, before, update) : found;
        }
        DocumentCommand.Delete delete = (DocumentCommand.Delete) command;
        Object found = find(caller, service, delete.name(), delete.ifMatch(), true);
        if (found instanceof Document before) {
            remove(before, caller);
        }
        return found;
    }

    private Object create(Caller caller, Sid service, DocumentCommand.Create create) {
        if (create.uniqueName() != null && named(service, new SidOrUniqueName.ByName(create.uniqueName())) != null) {
            return ErrorCode.UNIQUE_NAME_TAKEN;
        }
        Instant expires = create.ttl() > 0 ? now.plusSeconds(create.ttl()) : null;
        String creator = caller instanceof Caller.Client client ? client.identity() : "system";
        Document row =
                new Document(create.sid(), service, create.uniqueName(), create.data(), 0, creator, now, now, expires);
        rows.add(row);
        if (caller instanceof Caller.Client) {
            permissions.add(new Permission(service, row.sid(), creator, new Rights(true, true, true)));
        }
        changes.add(new Change.ObjectCreated(row, caller));
        return row;
    }

    private Document update(Caller caller, Document before, DocumentCommand.Update update) {
        Instant expires = before.dateExpires();
        if (update.ttl() != null) {
            expires = update.ttl() == 0L ? null : now.plusSeconds(update.ttl());
        }
        Document after = new Document(
                before.sid(),
                before.serviceSid(),
                before.uniqueName(),
                update.data() != null ? update.data() : before.data(),
                before.lastEventId() + 1,
                before.createdBy(),
                before.dateCreated(),
                latest(before.dateUpdated(), now),
                expires);
        rows.set(rows.indexOf(before), after);
        changes.add(new Change.DocumentUpdated(after, caller));
        return after;
    }

    private Object find(Caller caller, Sid service, SidOrUniqueName name, String ifMatch, boolean manage) {
        Document row = named(service, name);
        if (row == null) {
            return name instanceof SidOrUniqueName.BySid
                    ? ErrorCode.DOCUMENT_NOT_FOUND
                    : ErrorCode.UNIQUE_NAME_NOT_FOUND;
        }
        if (caller instanceof Caller.Client client && services.get(service).aclEnabled()) {
            boolean allowed = permissions.stream()
                    .filter(it ->
                            it.objectSid().equals(row.sid()) && it.identity().equals(client.identity()))
                    .anyMatch(it -> manage ? it.rights().manage() : it.rights().write());
            if (!allowed) {
                return ErrorCode.FORBIDDEN;
            }
        }
        boolean stale = ifMatch != null && !Long.toHexString(row.lastEventId()).equals(ifMatch);
        return stale ? ErrorCode.DOCUMENT_REVISION_MISMATCH : row;
    }

    /** Null when there is none; one whose time has come goes first. */
    private Document named(Sid service, SidOrUniqueName name) {
        for (Document row : rows) {
            boolean meant = name instanceof SidOrUniqueName.BySid one
                    ? row.sid().equals(one.sid())
                    : ((SidOrUniqueName.ByName) name).name().equals(row.uniqueName());
            if (meant && row.serviceSid().equals(service)) {
                if (row.dateExpires() == null || now.isBefore(row.dateExpires())) {
                    return row;
                }
                remove(row, new Caller.Backend(accounts.get(service)));
                return null;
            }
        }
        return null;
    }

    private void remove(Document row, Caller caller) {
        rows.remove(row);
        permissions.removeIf(it -> it.objectSid().equals(row.sid()));
        changes.add(new Change.ObjectRemoved(row, caller, latest(row.dateUpdated(), now)));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
