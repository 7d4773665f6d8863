package io.lockstep.store.pg;

import static io.lockstep.store.pg.DatabaseClock.TOLERANCE;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Document;
import io.lockstep.model.Sid;
import io.lockstep.store.pg.DocumentLife.Moment;
import io.lockstep.store.pg.Operation.Kind;
import io.lockstep.store.pg.RowLog.State;
import io.lockstep.store.pg.RowLog.Version;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Judges what many saw who worked on the same documents at once, against the rows that came of it: whether one order of
 * all writes explains every answer, and respects that what was answered came before what was asked for afterwards.
 */
final class DocumentHistory {

    private final List<Observation> observations;
    private final List<Version> versions;
    private final DatabaseClock clock;

    private final Map<Integer, Observation> byNumber = new HashMap<>();
    private final Map<Sid, DocumentLife> lives = new LinkedHashMap<>();
    private final Map<String, Set<DocumentLife>> livesByName = new HashMap<>();
    private final Set<Sid> rows = new HashSet<>();
    private final Set<Integer> traced = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    DocumentHistory(Collection<Observation> observations, List<Version> versions, DatabaseClock clock) {
        this.observations = List.copyOf(observations);
        this.versions = versions;
        this.clock = clock;
        observations.forEach(it -> byNumber.put(it.operation().number(), it));
    }

    /** What is wrong; empty when all is right. */
    List<String> violations() {
        versions.forEach(version -> life(version.sid(), version.name()));
        observations.stream()
                .filter(it -> it.done() && !it.is(Kind.READ) && !it.is(Kind.DELETE))
                .forEach(this::acknowledged);
        versions.forEach(this::stored);
        lives.values().forEach(this::removedUnseen);
        livesByName.forEach(this::order);
        observations.stream().filter(Observation::done).forEach(this::seen);
        observations.stream()
                .filter(it -> it.refusal() == ErrorCode.DOCUMENT_REVISION_MISMATCH)
                .forEach(this::mismatched);
        livesByName.values().forEach(this::propagate);
        lives.values().forEach(this::follows);
        livesByName.forEach(this::accounted);
        observations.forEach(this::explained);
        return violations;
    }

    private DocumentLife life(Sid sid, String name) {
        DocumentLife life = lives.computeIfAbsent(sid, DocumentLife::new);
        livesByName.computeIfAbsent(name, ignored -> new LinkedHashSet<>()).add(life);
        return life;
    }

    /** An answer tells which event the write is. */
    private void acknowledged(Observation write) {
        Document document = write.document();
        Moment moment = life(document.sid(), document.uniqueName()).event(document.lastEventId());
        check(moment.state() == null, "two writes are the same event", write, moment.cause());
        moment.set(state(document), write);
        moment.within(write);
        Operation operation = write.operation();
        check(operation.sid() == null || operation.sid().equals(document.sid()), "another document", write);
        check(operation.name().equals(document.uniqueName()), "another name", write);
        check(operation.ifMatch() == null || before(document).equals(operation.ifMatch()), "another revision", write);
    }

    private static String before(Document document) {
        return Long.toHexString(document.lastEventId() - 1);
    }

    /** A row is what was acknowledged, or what somebody asked for who was not told what became of it. */
    private void stored(Version version) {
        DocumentLife life = lives.get(version.sid());
        rows.add(version.sid());
        if (version.removed()) {
            check(life.removal() == null, "removed twice", version);
            life.remove();
            return;
        }
        Moment moment = life.event(version.state().event());
        if (moment.state() != null) {
            check(
                    moment.state().equals(version.state()),
                    "stored otherwise than acknowledged",
                    version,
                    moment.cause());
            return;
        }
        Observation cause = unknown(version.state());
        check(cause != null, "stored, but done before, refused or never asked for", version, life.events());
        moment.set(version.state(), cause);
        if (cause != null) {
            moment.notBefore(cause.invoked());
        }
    }

    /** Who may have written that without hearing of it; each is found once. */
    private Observation unknown(State state) {
        int byData = Operation.numberOfData(state.data());
        long seconds = state.expires() == null
                ? 0
                : Duration.between(state.updated(), state.expires()).toSeconds();
        for (int number : List.of(byData, Operation.numberOfTtl(seconds))) {
            Observation candidate = byNumber.get(number);
            if (candidate != null && candidate.unknown() && traced.add(number)) {
                return candidate;
            }
        }
        return null;
    }

    /** Created and removed in one batch, it never was a row. */
    private void removedUnseen(DocumentLife life) {
        if (!rows.contains(life.sid())) {
            life.remove().notBefore(life.event(0).earliest());
            life.remove().notAfter(life.event(0).latest());
        }
    }

    /** A row is logged after the commit of the one before it, whose lock it waited for, and before its own. */
    private void order(String name, Set<DocumentLife> all) {
        Version before = null;
        for (Version version : versions) {
            if (!version.name().equals(name)) {
                continue;
            }
            moment(version).notBefore(clock.nanos(version.logged()) - TOLERANCE);
            if (before != null && before.transaction() != version.transaction()) {
                moment(before).notAfter(clock.nanos(version.logged()) + TOLERANCE);
            }
            before = version;
        }
    }

    private Moment moment(Version version) {
        DocumentLife life = lives.get(version.sid());
        return version.removed() ? life.removal() : life.event(version.state().event());
    }

    /** Every read lies between the event that it saw and the next one; a delete by SID is its document's end. */
    private void seen(Observation observation) {
        Operation operation = observation.operation();
        if (observation.is(Kind.READ)) {
            Document document = observation.document();
            DocumentLife life = life(document.sid(), document.uniqueName());
            sees(observation, life, document.lastEventId());
            State state = life.event(document.lastEventId()).state();
            check(state == null || state.equals(state(document)), "saw something else", observation, state);
        } else if (observation.is(Kind.DELETE) && operation.sid() != null) {
            DocumentLife life = lives.get(operation.sid());
            boolean gone = life != null && life.removal() != null;
            check(gone && life.removal().cause() == null, "not deleted, or deleted twice", observation);
            if (gone) {
                life.removal().set(null, observation);
                life.removal().within(observation);
                check(
                        operation.ifMatch() == null
                                || Long.toHexString(life.lastEvent()).equals(operation.ifMatch()),
                        "another revision",
                        observation);
            }
        }
    }

    /** A refusal tells which revision was found. */
    private void mismatched(Observation refused) {
        String found = found(refused);
        check(!found.equals(refused.operation().ifMatch()), "refused the right revision", refused);
        if (refused.operation().sid() != null) {
            sees(refused, lives.get(refused.operation().sid()), Long.parseLong(found, 16));
        }
    }

    private static String found(Observation refused) {
        return refused.failure().getMessage().replaceFirst("^The revision is ", "");
    }

    private void sees(Observation observation, DocumentLife life, long event) {
        check(event <= life.lastEvent(), "saw what is not", observation);
        life.event(event).notAfter(observation.answered());
        Moment after = life.after(event);
        if (after != null) {
            after.notBefore(observation.invoked());
        }
        check(observation.invoked() <= due(life.event(event)) + TOLERANCE, "saw what had expired", observation);
    }

    /** Those that were rows followed one another in the order of the rows; where the others belong nobody knows. */
    private void propagate(Set<DocumentLife> all) {
        propagate(all.stream()
                .filter(life -> rows.contains(life.sid()))
                .flatMap(life -> life.moments().stream())
                .toList());
        all.stream().filter(life -> !rows.contains(life.sid())).forEach(life -> propagate(life.moments()));
    }

    /** What is known of each moment is known of those after it and before it too. */
    private void propagate(List<Moment> moments) {
        for (int i = 1; i < moments.size(); i++) {
            moments.get(i).notBefore(moments.get(i - 1).earliest());
        }
        for (int i = moments.size() - 1; i > 0; i--) {
            moments.get(i - 1).notAfter(moments.get(i).latest());
        }
        for (int i = 0; i < moments.size(); i++) {
            Moment before = moments.get(Math.max(0, i - 1));
            check(
                    !moments.get(i).impossible(),
                    "out of order",
                    before.cause(),
                    moments.get(i).cause());
        }
    }

    /** Each state is what the write made of the state before it, which had not expired. */
    private void follows(DocumentLife life) {
        State before = null;
        for (Moment moment : life.events().values()) {
            State state = moment.state();
            Observation cause = moment.cause();
            if (state != null && before != null && before.event() == state.event() - 1) {
                check(!state.updated().isBefore(before.updated()), "dates run against events", before, state);
                check(before.expires() == null || state.updated().isBefore(before.expires()), "had expired", state);
            }
            if (state != null && cause != null && cause.done()) {
                boolean known = before != null && before.event() == state.event() - 1;
                check(effect(cause.operation(), known ? before : state, state), "another effect", cause, before);
            }
            before = state;
        }
    }

    private static boolean effect(Operation operation, State before, State after) {
        String data = operation.is(Kind.EXPIRE) ? before.data() : operation.data();
        Instant expires = operation.ttl() == null ? before.expires() : expiry(after.updated(), operation.ttl());
        boolean first = operation.is(Kind.CREATE) == (after.event() == 0);
        return first && after.data().equals(data) && Objects.equals(after.expires(), expires);
    }

    /** Every event and every removal was asked for, and as many deletes were done as were acknowledged. */
    private void accounted(String name, Set<DocumentLife> all) {
        List<Observation> mine = observations.stream()
                .filter(it -> it.operation().name().equals(name))
                .toList();
        long unknown = mine.stream().filter(Observation::unknown).count();
        long holes = all.stream()
                .flatMap(life -> life.events().values().stream())
                .filter(moment -> moment.state() == null)
                .count();
        long deletes =
                mine.stream().filter(it -> it.is(Kind.DELETE) && it.done()).count();
        long removals = all.stream().filter(life -> life.removal() != null).count();
        long expired = all.stream()
                .filter(life -> life.removal() != null && life.removal().latest() >= due(last(life)) - TOLERANCE)
                .count();
        check(holes <= unknown, "events that nobody asked for", name, holes, unknown);
        check(deletes <= removals, "deletes that were not done", name, deletes, removals);
        check(removals <= deletes + expired + unknown, "removals that nobody asked for", name, removals, deletes);
    }

    private void explained(Observation observation) {
        Set<DocumentLife> named =
                livesByName.getOrDefault(observation.operation().name(), Set.of());
        if (observation.refusal() != null) {
            check(refusedRightly(observation, named), "refused wrongly", observation);
        } else if (observation.failure() instanceof PgException) {
            check(observation.operation().trouble().endsWith("fails"), "failed for its neighbour", observation);
        } else if (observation.done() && observation.is(Kind.DELETE)) {
            check(named.stream().anyMatch(life -> endsIn(observation, life)), "not deleted", observation);
        } else {
            check(observation.done() || observation.unknown(), "failed", observation, observation.failure());
        }
    }

    private boolean endsIn(Observation delete, DocumentLife life) {
        Moment end = life.removal();
        String ifMatch = delete.operation().ifMatch();
        return end != null
                && end.earliest() <= delete.answered()
                && end.latest() >= delete.invoked()
                && (ifMatch == null || Long.toHexString(life.lastEvent()).equals(ifMatch));
    }

    private boolean refusedRightly(Observation refused, Set<DocumentLife> named) {
        Operation operation = refused.operation();
        return switch (refused.refusal()) {
            case UNAVAILABLE -> true;
            case UNIQUE_NAME_TAKEN ->
                operation.is(Kind.CREATE) && named.stream().anyMatch(it -> there(refused, it));
            case UNIQUE_NAME_NOT_FOUND ->
                operation.sid() == null && named.stream().allMatch(it -> gone(refused, it));
            case DOCUMENT_NOT_FOUND -> operation.sid() != null && gone(refused, lives.get(operation.sid()));
            case DOCUMENT_REVISION_MISMATCH ->
                operation.ifMatch() != null && named.stream().anyMatch(it -> had(refused, it));
            default -> false;
        };
    }

    /** Whether it may have had the revision that was found, while the write was under way. */
    private boolean had(Observation refused, DocumentLife life) {
        long event = Long.parseLong(found(refused), 16);
        Moment found = life.events().get(event);
        Moment after = life.after(event);
        return found != null
                && found.earliest() <= refused.answered()
                && (after == null || after.latest() >= refused.invoked());
    }

    /** Whether it may have been there at some moment while the write was under way. */
    private boolean there(Observation refused, DocumentLife life) {
        long end = life.removal() == null ? Long.MAX_VALUE : life.removal().latest();
        return life.event(0).earliest() <= refused.answered()
                && Math.min(end, due(last(life)) + TOLERANCE) >= refused.invoked();
    }

    /** Whether it may not have been there at some moment while the write was under way. */
    private boolean gone(Observation refused, DocumentLife life) {
        boolean notYet = life.event(0).latest() >= refused.invoked();
        boolean removed = life.removal() != null && life.removal().earliest() <= refused.answered();
        return notYet
                || removed
                || life.events().entrySet().stream()
                        .anyMatch(it -> expired(refused, it.getValue(), life.after(it.getKey())));
    }

    private boolean expired(Observation refused, Moment moment, Moment after) {
        return due(moment) - TOLERANCE <= refused.answered() && (after == null || after.latest() >= refused.invoked());
    }

    private static Moment last(DocumentLife life) {
        return life.events().lastEntry().getValue();
    }

    /** When it expires; far away when it never does, or nobody knows. */
    private long due(Moment moment) {
        return moment.state() == null || moment.state().expires() == null
                ? Long.MAX_VALUE / 2
                : clock.nanos(moment.state().expires());
    }

    private static State state(Document document) {
        Instant expires = document.dateExpires();
        boolean soon = expires != null && expires.equals(document.dateUpdated().plusSeconds(1));
        return new State(
                document.lastEventId(),
                document.data().text(),
                document.dateUpdated(),
                soon ? document.dateUpdated().plus(RowLog.SHORT_LIFE) : expires);
    }

    private static Instant expiry(Instant updated, long ttl) {
        return ttl == 0 ? null : ttl == 1 ? updated.plus(RowLog.SHORT_LIFE) : updated.plusSeconds(ttl);
    }

    private void check(boolean right, String otherwise, Object... of) {
        if (!right) {
            violations.add(otherwise + ": " + Arrays.toString(of));
        }
    }
}
