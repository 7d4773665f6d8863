package io.lockstep.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.write.CollectionBatch.Result;
import io.lockstep.write.Locked.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches of random writes to lists or maps and their items do what the same writes do one at a time. */
class CollectionBatchModelTest {

    private static final int COMMANDS = 100_000;
    private static final int MAX_BATCH = 64;

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final CollectionTable table = new CollectionTable();
    private final Map<Sid, Long> lastEvents = new HashMap<>();
    private final Set<List<Object>> indexes = new HashSet<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private CollectionsOneAtATime model;
    private CollectionWrites writes;
    private Sid.Kind kind;
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @ParameterizedTest
    @EnumSource(
            value = Sid.Kind.class,
            names = {"LIST", "MAP"})
    void batchesEqualWritesOneAtATime(Sid.Kind of, TestReporter reporter) {
        reporter.publishEntry("seed", Long.toString(seed));
        start(of);

        for (int done = 0; done < COMMANDS; ) {
            int size = batchSize(COMMANDS - done);
            betweenBatches();
            runBatch(size);
            done += size;
        }

        assertThat(seen.values()).as("seed %d: %s", seed, seen).allMatch(count -> count > 100);
        assertThat(seen).as("seed %d", seed).hasSize(kind == Sid.Kind.LIST ? 13 : 14); // no item of a list exists yet
    }

    private void start(Sid.Kind of) {
        kind = of;
        model = new CollectionsOneAtATime(of);
        writes = new CollectionWrites(of, random, model);
        Sid first = writes.sid(Sid.Kind.ACCOUNT);
        Sid second = writes.sid(Sid.Kind.ACCOUNT);
        addService(first, true);
        addService(first, false);
        addService(second, true);
        writes.ownerOfService.add(first);
        writes.services.add(writes.sid(Sid.Kind.SERVICE)); // not there
    }

    private int batchSize(int left) {
        int size = switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> MAX_BATCH;
            default -> 1 + random.nextInt(MAX_BATCH);
        };
        return Math.min(left, size);
    }

    /** The model goes first, write by write, so that it can tell which key and which revision mean something. */
    private void runBatch(int size) {
        model.now = now;
        model.changes.clear();
        List<Write<CollectionCommand>> commands = new ArrayList<>();
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Write<CollectionCommand> write = writes.next();
            commands.add(write);
            expected.add(model.write(write.caller(), write.serviceSid(), write.command()));
        }

        CollectionBatch batch = new CollectionBatch(
                kind, table.lock(commands, now), table.read(commands), new Rules(true, false, Limits.NONE));
        List<Object> outcomes = new ArrayList<>();
        commands.forEach(write -> outcomes.add(plain(batch.decide(write))));
        table.apply(batch);

        for (int i = 0; i < size; i++) {
            assertThat(outcomes.get(i))
                    .as("seed %d: write %d of %s", seed, i, commands)
                    .isEqualTo(expected.get(i));
        }
        assertSame(batch, commands);
        batch.objects().changes().forEach(this::check);
        expected.forEach(outcome -> count(outcome instanceof List ? "done" : outcome.toString()));
    }

    private void assertSame(CollectionBatch batch, List<Write<CollectionCommand>> commands) {
        assertThat(batch.objects().changes()).as("seed %d: %s", seed, commands).isEqualTo(model.changes);
        assertThat(Set.copyOf(table.collections.values()))
                .as("seed %d: %s", seed, commands)
                .isEqualTo(Set.copyOf(model.rows));
        assertThat(storedItems()).as("seed %d: %s", seed, commands).isEqualTo(model.items);
        assertThat(Set.copyOf(table.permissions.values()))
                .as("seed %d: %s", seed, commands)
                .isEqualTo(Set.copyOf(model.permissions));
        assertThat(batch.objects().webhooks()).as("seed %d: %s", seed, commands).isEqualTo(expectedWebhooks());
    }

    private Map<List<Object>, CollectionsOneAtATime.Stored> storedItems() {
        return table.items.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        it -> new CollectionsOneAtATime.Stored(
                                it.getValue().item(), it.getValue().removed())));
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

    /** The ids of a collection's changes are -1, 0, 1 and so on, and it gives no index twice. */
    private void check(Change change) {
        long before = lastEvents.getOrDefault(change.objectSid(), -2L);

        assertThat(change.eventId()).as("seed %d", seed).isEqualTo(before + 1);
        lastEvents.put(change.objectSid(), change.eventId());
        if (change instanceof Change.ItemAdded added && added.item().key() instanceof ItemKey.Index index) {
            assertThat(indexes.add(List.of(change.objectSid(), index)))
                    .as("seed %d", seed)
                    .isTrue();
        }
        count(change.getClass().getSimpleName());
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private static Object plain(Outcome<Result> outcome) {
        return outcome instanceof Outcome.Done<Result> done
                ? Arrays.asList(done.result().collection(), done.result().item())
                : ((Outcome.Refused<Result>) outcome).errorCode();
    }

    /** The clock goes on, stands still, or is set back; a Service changes its flags; a backend gives rights. */
    private void betweenBatches() {
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> now = now.minusMillis(random.nextInt(2000));
            default -> now = now.plusMillis(random.nextInt(1500));
        }
        if (random.nextInt(10) == 0) {
            flags(writes.services.get(random.nextInt(3)), random.nextInt(4) > 0);
        }
        if (!model.rows.isEmpty()) {
            grant(model.rows.get(random.nextInt(model.rows.size())));
        }
    }

    private void grant(SyncCollection collection) {
        Rights rights = new Rights(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        Permission permission = new Permission(collection.serviceSid(), collection.sid(), writes.identity(), rights);
        Subject subject = new Subject(collection.sid(), permission.identity());
        table.permissions.put(subject, permission);
        model.permissions.removeIf(
                it -> it.objectSid().equals(collection.sid()) && it.identity().equals(permission.identity()));
        model.permissions.add(permission);
    }

    private void addService(Sid account, boolean acl) {
        Sid sid = writes.sid(Sid.Kind.SERVICE);
        writes.services.add(sid);
        writes.ownerOfService.add(account);
        model.accounts.put(sid, account);
        flags(sid, acl);
    }

    private void flags(Sid service, boolean acl) {
        ServiceState state =
                new ServiceState(service, model.accounts.get(service), acl, random.nextBoolean(), random.nextBoolean());
        model.services.put(service, state);
        table.services.put(service, state);
    }
}
