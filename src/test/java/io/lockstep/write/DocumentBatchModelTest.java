package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Batches of random writes do what the same writes do one at a time. */
class DocumentBatchModelTest {

    private static final int COMMANDS = 100_000;
    private static final int MAX_BATCH = 64;
    private static final int MANY = 60; // documents
    private static final int REMEMBERED = 40; // SIDs that writes name; most of them are dead sooner or later

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final OneAtATime model = new OneAtATime();
    private final Table table = new Table();
    private final Map<Sid, Long> lastEvents = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<Sid> services = new ArrayList<>();
    private final List<Sid> ownerOfService = new ArrayList<>();
    private final List<Sid> sids = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void batchesEqualWritesOneAtATime(TestReporter reporter) {
        reporter.publishEntry("seed", Long.toString(seed));
        Sid first = sid(Sid.Kind.ACCOUNT);
        Sid second = sid(Sid.Kind.ACCOUNT);
        addService(first, true);
        addService(first, false);
        addService(second, true);
        ownerOfService.add(first);
        services.add(sid(Sid.Kind.SERVICE)); // not there

        for (int done = 0; done < COMMANDS; ) {
            int size = batchSize(COMMANDS - done);
            betweenBatches();
            runBatch(size);
            done += size;
        }

        assertThat(seen.values()).as("seed %d: %s", seed, seen).allMatch(count -> count > 100);
        assertThat(seen).as("seed %d", seed).hasSize(10);
    }

    private int batchSize(int left) {
        int size = switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> MAX_BATCH;
            default -> 1 + random.nextInt(MAX_BATCH);
        };
        return Math.min(left, size);
    }

    /** The model goes first, write by write, so that it can tell which revision is the right one. */
    private void runBatch(int size) {
        model.now = now;
        model.changes.clear();
        List<Write<DocumentCommand>> writes = new ArrayList<>();
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Write<DocumentCommand> write = write();
            writes.add(write);
            expected.add(model.write(write.caller(), write.serviceSid(), write.command()));
            remember(write.command());
        }

        DocumentBatch batch = new DocumentBatch(table.lock(writes, now), new Rules(true, false, Limits.NONE));
        List<Object> outcomes = new ArrayList<>();
        writes.forEach(write -> outcomes.add(plain(batch.decide(write))));
        table.apply(batch.objects());

        assertThat(outcomes).as("seed %d: %s", seed, writes).isEqualTo(expected);
        assertThat(batch.objects().changes()).as("seed %d: %s", seed, writes).isEqualTo(model.changes);
        assertThat(Set.copyOf(table.documents.values()))
                .as("seed %d: %s", seed, writes)
                .isEqualTo(Set.copyOf(model.rows));
        assertThat(Set.copyOf(table.permissions.values()))
                .as("seed %d: %s", seed, writes)
                .isEqualTo(Set.copyOf(model.permissions));
        assertThat(batch.objects().webhooks()).as("seed %d: %s", seed, writes).isEqualTo(expectedWebhooks());
        batch.objects().changes().forEach(this::check);
        expected.forEach(outcome -> count(outcome instanceof Document ? "done" : outcome.toString()));
    }

    /** What a client has caused is told when there is a URL, what REST has caused when it is wanted as well. */
    private List<WebhookEvent> expectedWebhooks() {
        return model.changes.stream()
                .filter(change -> {
                    ServiceState service = model.services.get(change.serviceSid());
                    boolean byClient = change.caller() instanceof Caller.Client;
                    return service.webhooks() && (byClient || service.webhooksFromRest());
                })
                .map(change -> WebhookEvent.of(change, model.accounts.get(change.serviceSid())))
                .toList();
    }

    /** The ids of a document's changes are 0, 1, 2 and so on. */
    private void check(Change change) {
        long before = lastEvents.getOrDefault(change.objectSid(), -1L);

        assertThat(change.eventId()).as("seed %d", seed).isEqualTo(before + 1);
        lastEvents.put(change.objectSid(), change.eventId());
        count(change.getClass().getSimpleName());
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private static Object plain(Outcome<Document> outcome) {
        return outcome instanceof Outcome.Done<Document> done
                ? done.result()
                : ((Outcome.Refused<Document>) outcome).errorCode();
    }

    /** The clock goes on, stands still, or is set back; a Service changes its flags; a backend gives rights. */
    private void betweenBatches() {
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> now = now.minusMillis(random.nextInt(2000));
            default -> now = now.plusMillis(random.nextInt(1500));
        }
        if (random.nextInt(10) == 0) {
            flags(services.get(random.nextInt(3)), random.nextInt(4) > 0);
        }
        if (!model.rows.isEmpty()) {
            grant(model.rows.get(random.nextInt(model.rows.size())));
        }
    }

    private void grant(Document document) {
        Rights rights = new Rights(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        Permission permission = new Permission(document.serviceSid(), document.sid(), identity(), rights);
        Subject subject = new Subject(document.sid(), permission.identity());
        table.permissions.put(subject, permission);
        model.permissions.removeIf(
                it -> it.objectSid().equals(document.sid()) && it.identity().equals(permission.identity()));
        model.permissions.add(permission);
    }

    private void addService(Sid account, boolean acl) {
        Sid sid = sid(Sid.Kind.SERVICE);
        services.add(sid);
        ownerOfService.add(account);
        model.accounts.put(sid, account);
        flags(sid, acl);
    }

    private void flags(Sid service, boolean acl) {
        ServiceState state =
                new ServiceState(service, model.accounts.get(service), acl, random.nextBoolean(), random.nextBoolean());
        model.services.put(service, state);
        table.services.put(service, state);
    }

    private Write<DocumentCommand> write() {
        int index = random.nextInt(20) == 0 ? 3 : random.nextInt(3);
        Sid account = ownerOfService.get(random.nextInt(20) == 0 ? random.nextInt(3) : index);
        int scope = random.nextInt(20) == 0 ? random.nextInt(3) : index;
        Caller caller = random.nextInt(5) < 2
                ? new Caller.Backend(account)
                : new Caller.Client(account, services.get(scope), identity(), "endpoint");
        return new Write<>(caller, services.get(index), command());
    }

    private DocumentCommand command() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Create(sid(Sid.Kind.DOCUMENT), unnamed() ? null : name(), data(), ttl());
            case 2 -> {
                SidOrUniqueName name = target();
                yield new Delete(name, ifMatch(name));
            }
            default -> {
                SidOrUniqueName name = target();
                int what = random.nextInt(3); // data, a time to live, or both
                yield new Update(name, what == 1 ? null : data(), what == 0 ? null : ttl(), ifMatch(name));
            }
        };
    }

    /** Names bound the number of documents that have one; of the others there are no more than some. */
    private boolean unnamed() {
        return model.rows.size() < MANY && random.nextInt(3) == 0;
    }

    private void remember(DocumentCommand command) {
        if (command instanceof Create create) {
            sids.add(create.sid());
            if (sids.size() > REMEMBERED) {
                sids.remove(random.nextInt(sids.size()));
            }
        }
    }

    private SidOrUniqueName target() {
        if (random.nextBoolean()) {
            return new SidOrUniqueName.ByName(name());
        }
        boolean known = !model.rows.isEmpty() && random.nextBoolean();
        if (known) {
            return new SidOrUniqueName.BySid(
                    model.rows.get(random.nextInt(model.rows.size())).sid());
        }
        return new SidOrUniqueName.BySid(
                sids.isEmpty() ? sid(Sid.Kind.DOCUMENT) : sids.get(random.nextInt(sids.size())));
    }

    private String ifMatch(SidOrUniqueName name) {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toHexString(random.nextInt(20));
            case 1 ->
                model.rows.stream()
                        .filter(row -> name instanceof SidOrUniqueName.BySid one
                                ? one.sid().equals(row.sid())
                                : ((SidOrUniqueName.ByName) name).name().equals(row.uniqueName()))
                        .map(Document::revision)
                        .findFirst()
                        .orElse("0");
            default -> null;
        };
    }

    private long ttl() {
        return random.nextBoolean() ? 0L : 1L + random.nextInt(5);
    }

    private JsonText data() {
        return new JsonText("{\"n\":" + random.nextInt(1000) + "}");
    }

    private String name() {
        return "name-" + random.nextInt(8);
    }

    private String identity() {
        return "identity-" + random.nextInt(3);
    }

    private Sid sid(Sid.Kind kind) {
        return new Sid(kind, new UUID(random.nextLong(), random.nextLong()));
    }
}
