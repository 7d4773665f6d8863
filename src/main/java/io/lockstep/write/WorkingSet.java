package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncObject;
import io.lockstep.model.SyncStream;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The objects of one kind while a batch is decided: what is true of all of them, and what is to be written in the end. */
public final class WorkingSet<O extends SyncObject> {

    private final Locked<O> locked;
    private final Rules rules;

    private final Map<Sid, O> live = new HashMap<>();
    private final Map<Name, Sid> names = new HashMap<>();
    private final Map<Sid, O> inserted = new LinkedHashMap<>();
    private final Map<Sid, O> updated = new LinkedHashMap<>();
    private final Map<Sid, O> removed = new LinkedHashMap<>();
    private final List<Permission> granted = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    WorkingSet(Locked<O> locked, Rules rules) {
        this.locked = locked;
        this.rules = rules;
        locked.objects().forEach(this::put);
    }

    private void put(O object) {
        live.put(object.sid(), object);
        if (object.uniqueName() != null) {
            names.put(new Name(object.serviceSid(), object.uniqueName()), object.sid());
        }
    }

    /** The database's time while the rows are locked. */
    Instant now() {
        return locked.now();
    }

    /** What becomes of a write whose Service must be there, and the caller's. */
    <R> Outcome<R> inService(Write<?> write, Supplier<Outcome<R>> work) {
        ServiceState service = locked.services().get(write.serviceSid());
        return service != null && belongs(write.caller(), service)
                ? work.get()
                : new Outcome.Refused<>(ErrorCode.NOT_FOUND, "Service Instance not found");
    }

    private static boolean belongs(Caller caller, ServiceState service) {
        boolean inScope =
                !(caller instanceof Caller.Client client) || client.serviceSid().equals(service.sid());
        return inScope && service.accountSid().equals(caller.accountSid());
    }

    /** A new object, if its name is free. */
    Outcome<O> create(Caller caller, O object) {
        if (object.uniqueName() != null
                && find(object.serviceSid(), new SidOrUniqueName.ByName(object.uniqueName())) != null) {
            return new Outcome.Refused<>(ErrorCode.UNIQUE_NAME_TAKEN, "Unique name already exists");
        }
        put(object);
        inserted.put(object.sid(), object);
        if (rules.creatorPermissions()
                && caller instanceof Caller.Client client
                && !(object instanceof SyncStream)) { // which have no permissions
            granted.add(new Permission(object.serviceSid(), object.sid(), client.identity(), Rights.ALL));
        }
        record(new Change.ObjectCreated(object, caller));
        return new Outcome.Done<>(object);
    }

    /** What becomes of a write to an object that must be there, and which the caller must have a right on. */
    <R> Outcome<R> onObject(
            Write<? extends Command> write, Sid.Kind kind, Predicate<Rights> right, Function<O, Outcome<R>> work) {
        SidOrUniqueName name = write.command().name();
        O object = find(write.serviceSid(), name);
        if (object == null) {
            return Outcome.refused(Refusals.missing(kind, name));
        }
        if (!allowed(write, object, right)) {
            return new Outcome.Refused<>(ErrorCode.FORBIDDEN, "Access forbidden for identity");
        }
        SyncException tooOften =
                rules.limits().onWrite(object.sid(), write.command().size());
        return tooOften == null ? work.apply(object) : Outcome.refused(tooOften);
    }

    private boolean allowed(Write<?> write, O object, Predicate<Rights> right) {
        ServiceState service = locked.services().get(write.serviceSid());
        if (service == null || !service.aclEnabled() || !(write.caller() instanceof Caller.Client client)) {
            return true;
        }
        Rights stored = locked.rights().getOrDefault(new Subject(object.sid(), client.identity()), Rights.NONE);
        boolean creator = granted.stream()
                .anyMatch(it ->
                        it.objectSid().equals(object.sid()) && it.identity().equals(client.identity()));
        return creator || right.test(stored);
    }

    /** Removes an object if its time has come. */
    Outcome<O> expire(Write<? extends Command> write, Sid.Kind kind) {
        SidOrUniqueName name = write.command().name();
        Sid sid = sid(write.serviceSid(), name);
        O object = sid == null ? null : live.get(sid);
        if (object == null
                || !object.serviceSid().equals(write.serviceSid())
                || find(write.serviceSid(), name) != null) {
            return Outcome.refused(Refusals.missing(kind, name));
        }
        return new Outcome.Done<>(object);
    }

    /** Sets what an object is from now on. */
    void replace(O after) {
        live.put(after.sid(), after);
        (inserted.containsKey(after.sid()) ? inserted : updated).put(after.sid(), after);
    }

    /** Ends an object. */
    void delete(Caller caller, O before) {
        live.remove(before.sid());
        if (before.uniqueName() != null) {
            names.remove(new Name(before.serviceSid(), before.uniqueName()));
        }
        updated.remove(before.sid());
        granted.removeIf(it -> it.objectSid().equals(before.sid()));
        if (inserted.remove(before.sid()) == null) {
            removed.put(before.sid(), before);
        }
        record(new Change.ObjectRemoved(before, caller, later(before.dateUpdated())));
    }

    /** Adds to what has happened. */
    void record(Change change) {
        changes.add(change);
    }

    /** Whether an object is there, as far as the batch knows. */
    boolean isLive(Sid sid) {
        return live.containsKey(sid);
    }

    /** An expired one that nobody has removed yet is removed by whoever meets it. */
    @Nullable
    O find(Sid service, SidOrUniqueName name) {
        Sid sid = sid(service, name);
        O object = sid == null ? null : live.get(sid);
        if (object == null || !object.serviceSid().equals(service)) {
            return null;
        }
        if (object.expired(now())) {
            delete(system(service), object);
            return null;
        }
        return object;
    }

    private @Nullable Sid sid(Sid service, SidOrUniqueName name) {
        return name instanceof SidOrUniqueName.BySid one
                ? one.sid()
                : names.get(new Name(service, ((SidOrUniqueName.ByName) name).name()));
    }

    /** Who removes what has expired. */
    Caller system(Sid service) {
        ServiceState state = locked.services().get(service);
        if (state == null) {
            throw new IllegalStateException("an object of a Service that was not read");
        }
        return new Caller.Backend(state.accountSid());
    }

    /** When a time to live of so many seconds ends; null for 0, which is for ever. */
    @Nullable
    Instant expiry(long ttl) {
        return ttl == 0 ? null : now().plusSeconds(ttl);
    }

    /** The same; null keeps what was. */
    @Nullable
    Instant expiry(@Nullable Long ttl, @Nullable Instant before) {
        return ttl == null ? before : expiry(ttl);
    }

    /** The clock of the database may step back, the date of a change never does. */
    Instant later(Instant before) {
        return now().isAfter(before) ? now() : before;
    }

    /** Rows to insert. */
    public Collection<O> inserted() {
        return inserted.values();
    }

    /** Whether a row to insert takes a name that only a removal of this batch frees. */
    public boolean takesFreedName(O inserted) {
        return removed.values().stream()
                .anyMatch(it -> it.uniqueName() != null
                        && it.uniqueName().equals(inserted.uniqueName())
                        && it.serviceSid().equals(inserted.serviceSid()));
    }

    /** Rows to update: what they hold, and their dates. */
    public Collection<O> updated() {
        return updated.values();
    }

    /** Rows to hide, and to purge. */
    public Collection<O> removed() {
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
                .map(change ->
                        WebhookEvent.of(change, system(change.serviceSid()).accountSid()))
                .toList();
    }

    private boolean webhookDue(Change change) {
        ServiceState service = locked.services().get(change.serviceSid());
        return service != null
                && service.webhooks()
                && (rules.streamWebhooks() || !(change.object() instanceof SyncStream))
                && (change.caller() instanceof Caller.Client || service.webhooksFromRest());
    }

    private record Name(Sid serviceSid, String name) {}
}
