package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.write.DocumentCommand.Create;
import io.lockstep.write.DocumentCommand.Delete;
import io.lockstep.write.DocumentCommand.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides a batch of writes to documents, one after another in the order of their arrival, against rows that are locked.
 * A function of its input alone: it is built, fed every write once, and asked for what is to be written.
 */
public final class DocumentBatch {

    private final Locked locked;
    private final Instant now;
    private final boolean creatorPermissions;

    private final Map<Sid, Document> live = new HashMap<>();
    private final Map<Name, Sid> names = new HashMap<>();
    private final Map<Sid, Document> inserted = new LinkedHashMap<>();
    private final Map<Sid, Document> updated = new LinkedHashMap<>();
    private final Map<Sid, Document> removed = new LinkedHashMap<>();
    private final List<Permission> granted = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    /**
     * @param now the database's time, read after the rows were locked
     * @param creatorPermissions whether a client gets all rights on what it creates
     */
    public DocumentBatch(Locked locked, Instant now, boolean creatorPermissions) {
        this.locked = locked;
        this.now = now;
        this.creatorPermissions = creatorPermissions;
        locked.documents().forEach(this::put);
    }

    private void put(Document document) {
        live.put(document.sid(), document);
        if (document.uniqueName() != null) {
            names.put(new Name(document.serviceSid(), document.uniqueName()), document.sid());
        }
    }

    /** Decides the next write; the document as it is afterwards, or as it was before it was deleted. */
    public Outcome<Document> decide(Write<DocumentCommand> write) {
        ServiceState service = locked.services().get(write.serviceSid());
        if (service == null || !belongs(write.caller(), write.serviceSid())) {
            return refuse(ErrorCode.NOT_FOUND, "Service Instance not found");
        }
        if (write.command() instanceof Create create) {
            return create(write, create);
        }
        if (write.command() instanceof Update update) {
            return change(
                    write, service, update.name(), update.ifMatch(), Rights::write, it -> update(write, it, update));
        }
        Delete delete = (Delete) write.command();
        return change(
                write, service, delete.name(), delete.ifMatch(), Rights::manage, it -> delete(write.caller(), it));
    }

    private boolean belongs(Caller caller, Sid service) {
        boolean inScope =
                !(caller instanceof Caller.Client client) || client.serviceSid().equals(service);
        return inScope && locked.account(service).equals(caller.accountSid());
    }

    private Outcome<Document> create(Write<DocumentCommand> write, Create create) {
        if (create.uniqueName() != null) {
            Document holder = find(write.serviceSid(), new SidOrUniqueName.ByName(create.uniqueName()));
            if (holder != null) {
                return refuse(ErrorCode.UNIQUE_NAME_TAKEN, "Unique name already exists");
            }
        }
        Document document = new Document(
                create.sid(),
                write.serviceSid(),
                create.uniqueName(),
                create.data(),
                0,
                write.caller().identity(),
                now,
                now,
                expiry(create.ttl()));
        put(document);
        inserted.put(document.sid(), document);
        if (creatorPermissions && write.caller() instanceof Caller.Client client) {
            granted.add(new Permission(write.serviceSid(), document.sid(), client.identity(), Rights.ALL));
        }
        changes.add(new Change.DocumentCreated(document, write.caller()));
        return new Outcome.Done<>(document);
    }

    /** What update and delete have in common: the document must be there, allowed, and at the revision that is meant. */
    private Outcome<Document> change(
            Write<DocumentCommand> write,
            ServiceState service,
            SidOrUniqueName name,
            @Nullable String ifMatch,
            Predicate<Rights> right,
            java.util.function.UnaryOperator<Document> change) {
        Document document = find(write.serviceSid(), name);
        if (document == null) {
            return name instanceof SidOrUniqueName.BySid
                    ? refuse(ErrorCode.DOCUMENT_NOT_FOUND, "Document not found")
                    : refuse(ErrorCode.UNIQUE_NAME_NOT_FOUND, "Unique name not found");
        }
        if (!allowed(write, service, document, right)) {
            return refuse(ErrorCode.FORBIDDEN, "Access forbidden for identity");
        }
        if (ifMatch != null && !ifMatch.equals(document.revision())) {
            return refuse(ErrorCode.DOCUMENT_REVISION_MISMATCH, "The revision is " + document.revision());
        }
        return new Outcome.Done<>(change.apply(document));
    }

    private boolean allowed(
            Write<DocumentCommand> write, ServiceState service, Document document, Predicate<Rights> right) {
        if (!service.aclEnabled() || !(write.caller() instanceof Caller.Client client)) {
            return true;
        }
        Rights stored = locked.rights().getOrDefault(new Subject(document.sid(), client.identity()), Rights.NONE);
        boolean creator = granted.stream()
                .anyMatch(it ->
                        it.objectSid().equals(document.sid()) && it.identity().equals(client.identity()));
        return creator || right.test(stored);
    }

    private Document update(Write<DocumentCommand> write, Document before, Update update) {
        JsonText data = update.data();
        Document after = new Document(
                before.sid(),
                before.serviceSid(),
                before.uniqueName(),
                data == null ? before.data() : data,
                before.lastEventId() + 1,
                before.createdBy(),
                before.dateCreated(),
                later(before.dateUpdated()),
                update.ttl() == null ? before.dateExpires() : expiry(update.ttl()));
        live.put(after.sid(), after);
        (inserted.containsKey(after.sid()) ? inserted : updated).put(after.sid(), after);
        changes.add(new Change.DocumentUpdated(after, write.caller()));
        return after;
    }

    private Document delete(Caller caller, Document before) {
        live.remove(before.sid());
        if (before.uniqueName() != null) {
            names.remove(new Name(before.serviceSid(), before.uniqueName()));
        }
        updated.remove(before.sid());
        granted.removeIf(it -> it.objectSid().equals(before.sid()));
        if (inserted.remove(before.sid()) == null) {
            removed.put(before.sid(), before);
        }
        changes.add(new Change.DocumentRemoved(before, before.lastEventId() + 1, caller, later(before.dateUpdated())));
        return before;
    }

    /** An expired one that nobody has removed yet is removed by whoever meets it. */
    private @Nullable Document find(Sid service, SidOrUniqueName name) {
        Sid sid = name instanceof SidOrUniqueName.BySid one
                ? one.sid()
                : names.get(new Name(service, ((SidOrUniqueName.ByName) name).name()));
        Document document = sid == null ? null : live.get(sid);
        if (document == null || !document.serviceSid().equals(service)) {
            return null;
        }
        if (document.expired(now)) {
            delete(new Caller.Backend(locked.account(service)), document);
            return null;
        }
        return document;
    }

    private @Nullable Instant expiry(long ttl) {
        return ttl == 0 ? null : now.plusSeconds(ttl);
    }

    /** The clock of the database may step back, the date of a change never does. */
    private Instant later(Instant before) {
        return now.isAfter(before) ? now : before;
    }

    private static Outcome<Document> refuse(ErrorCode code, String message) {
        return new Outcome.Refused<>(code, message);
    }

    /** Rows to insert. */
    public Collection<Document> inserted() {
        return inserted.values();
    }

    /** Whether a row to insert takes a name that only a removal of this batch frees. */
    public boolean takesFreedName(Document inserted) {
        return removed.values().stream()
                .anyMatch(it -> it.uniqueName() != null
                        && it.uniqueName().equals(inserted.uniqueName())
                        && it.serviceSid().equals(inserted.serviceSid()));
    }

    /** Rows to update: data, event, dates. */
    public Collection<Document> updated() {
        return updated.values();
    }

    /** Rows to hide, and to purge. */
    public Collection<Document> removed() {
        return removed.values();
    }

    /** Permissions that creators get. */
    public List<Permission> granted() {
        return granted;
    }

    /** What has happened, in order. */
    public List<Change> changes() {
        return changes;
    }

    /** Webhooks of what has happened, in order (webhooks.md section 1). */
    public List<WebhookEvent> webhooks() {
        return changes.stream()
                .filter(this::webhookDue)
                .map(change -> WebhookEvent.of(change, locked.account(change.serviceSid())))
                .toList();
    }

    private boolean webhookDue(Change change) {
        ServiceState service = locked.services().get(change.serviceSid());
        return service != null
                && service.webhooks()
                && (change.caller() instanceof Caller.Client || service.webhooksFromRest());
    }

    /**
     * What the batch has locked and read.
     *
     * @param services those that are there and belong to the callers' accounts
     * @param accounts whose each of them is
     * @param documents every document that a write of the batch names, expired ones included
     * @param rights what is stored for the callers that are clients
     */
    public record Locked(
            Map<Sid, ServiceState> services,
            Map<Sid, Sid> accounts,
            List<Document> documents,
            Map<Subject, Rights> rights) {

        Sid account(Sid service) {
            Sid account = accounts.get(service);
            if (account == null) {
                throw new IllegalStateException("a document of a Service that was not read");
            }
            return account;
        }
    }

    /** Whose rights, on what. */
    public record Subject(Sid objectSid, String identity) {}

    private record Name(Sid serviceSid, String name) {}
}
