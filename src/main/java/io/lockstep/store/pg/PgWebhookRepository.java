package io.lockstep.store.pg;

import io.lockstep.model.Sid;
import io.lockstep.store.WebhookRepository;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The outbox in PostgreSQL (sql/statements/webhook.sql). */
final class PgWebhookRepository implements WebhookRepository {

    private static final Sql SQL = Sql.load("webhook");
    private static final String CLAIM = SQL.get("claim");
    private static final String RELEASE = SQL.get("release");
    private static final String READ = SQL.get("read");
    private static final String SETTLE = SQL.get("settle");
    private static final String REMOVE = SQL.get("remove");
    private static final String GONE = SQL.get("gone");
    private static final String BACKLOG = SQL.get("backlog");
    private static final String PRUNE = SQL.get("prune");

    private final Database database;

    PgWebhookRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<List<Line>> claim(UUID claim, int limit, Duration duration) {
        return database.writeAtMostOnce(CLAIM, Tuple.of(claim, limit, Rows.seconds(duration)))
                .map(rows -> Rows.all(rows, row -> toLine(row, claim)));
    }

    @Override
    public Future<Void> release(UUID claim) {
        return database.write(RELEASE, Tuple.of(claim)).mapEmpty();
    }

    @Override
    public Future<List<List<Delivery>>> read(List<Line> lines, int limit) {
        return database.read(READ, keys(lines).addInteger(limit)).map(rows -> {
            List<List<Delivery>> read = new ArrayList<>();
            lines.forEach(line -> read.add(new ArrayList<>()));
            rows.forEach(row -> read.get(row.getInteger("number") - 1).add(toDelivery(row)));
            return read;
        });
    }

    @Override
    public Future<Void> settle(List<Settlement> settlements) {
        List<Settled> results = settlements.stream()
                .flatMap(it -> it.results().stream().map(result -> new Settled(it.line(), result)))
                .toList();
        List<Place> places = Stream.concat(
                        settlements.stream().map(Place::of),
                        results.stream()
                                .filter(it -> it.result().leavesFor() != null)
                                .map(Place::own))
                .sorted(Place.ORDER)
                .toList();
        return database.write(SETTLE, results(places(places), results)).mapEmpty();
    }

    private static Tuple places(List<Place> places) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(places, Place::service))
                .addArrayOfUUID(Rows.uuids(places, Place::line))
                .addArrayOfUUID(Rows.uuids(places, Place::claim))
                .addArrayOfLong(Rows.longs(places, Place::version))
                .addArrayOfBoolean(Rows.booleans(places, Place::idle))
                .addArrayOfDouble(places.stream().map(Place::pause).toArray(Double[]::new));
    }

    private static Tuple results(Tuple tuple, List<Settled> results) {
        return tuple.addArrayOfUUID(
                        Rows.uuids(results, it -> it.line().serviceSid().id()))
                .addArrayOfUUID(Rows.uuids(results, it -> it.line().id()))
                .addArrayOfLong(Rows.longs(
                        results, it -> it.result().delivery().sid().id().getLeastSignificantBits()))
                .addArrayOfUUID(Rows.uuids(results, Settled::newLine))
                .addArrayOfString(Rows.strings(results, it -> word(it.result().state())))
                .addArrayOfInteger(
                        results.stream().map(it -> it.result().attempts()).toArray(Integer[]::new))
                .addArrayOfInteger(results.stream().map(Settled::status).toArray(Integer[]::new))
                .addArrayOfInteger(results.stream().map(Settled::millis).toArray(Integer[]::new))
                .addArrayOfString(Rows.strings(results, Settled::error))
                .addArrayOfString(Rows.strings(results, Settled::response));
    }

    @Override
    public Future<List<Line>> remove(List<Line> lines) {
        Tuple tuple = keys(lines)
                .addArrayOfUUID(Rows.uuids(lines, Line::claim))
                .addArrayOfLong(Rows.longs(lines, Line::version));
        return database.write(REMOVE, tuple).map(rows -> {
            Set<UUID> removed = new HashSet<>(Rows.all(rows, row -> row.getUUID("line")));
            return lines.stream().filter(line -> !removed.contains(line.id())).toList();
        });
    }

    @Override
    public Future<Void> gone(Sid service, String url) {
        return database.write(GONE, Tuple.of(service.id(), url)).mapEmpty();
    }

    @Override
    public Future<Backlog> backlog(int limit) {
        return database.read(BACKLOG, Tuple.of(limit))
                .map(rows -> rows.iterator().next())
                .map(row ->
                        new Backlog(row.getInteger("depth"), Duration.ofMillis((long) (row.getDouble("age") * 1000))));
    }

    @Override
    public Future<Integer> prune(Duration age, int limit) {
        return database.write(PRUNE, Tuple.of(Rows.seconds(age), limit)).map(RowSet::rowCount);
    }

    private static Tuple keys(List<Line> lines) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(lines, it -> it.serviceSid().id()))
                .addArrayOfUUID(Rows.uuids(lines, Line::id));
    }

    private static Line toLine(Row row, UUID claim) {
        return new Line(
                claim,
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                row.getUUID("line"),
                row.getLong("version"),
                row.getBuffer("auth_token") == null ? null : toTarget(row));
    }

    private static Target toTarget(Row row) {
        return new Target(
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                row.getString("webhook_url"),
                row.getBoolean("webhook_gone"),
                Rows.secret(row, "auth_token", "master_key_id"),
                row.getInteger("webhook_secret_generation"),
                row.getBoolean("webhook_secret_changed"));
    }

    private static Delivery toDelivery(Row row) {
        Long held = row.getLong("held");
        return new Delivery(
                sid(row),
                parameters(row),
                row.getBoolean("in_line"),
                row.getInteger("attempts"),
                held == null ? null : Duration.ofMillis(held));
    }

    /** Of a delivery: something random, and its place in the order of all. */
    static Sid sid(Row row) {
        return new Sid(Sid.Kind.WEBHOOK_DELIVERY, new UUID(row.getLong("salt"), row.getLong("id")));
    }

    static Map<String, String> parameters(Row row) {
        Map<String, String> parameters = new LinkedHashMap<>();
        new JsonObject(row.getString("parameters"))
                .forEach(parameter -> parameters.put(parameter.getKey(), String.valueOf(parameter.getValue())));
        return parameters;
    }

    static String word(State state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What becomes of a line in the queue. */
    private record Place(UUID service, UUID line, UUID claim, long version, boolean idle, double pause) {

        /** As every transaction locks them. */
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::service, Rows.UUID_ORDER).thenComparing(Place::line, Rows.UUID_ORDER);

        /** An idle one is looked at again after a while, and removed then. */
        private static final Duration IDLE = Duration.ofMinutes(1);

        static Place of(Settlement settlement) {
            Line line = settlement.line();
            Duration pause = settlement.pause();
            return new Place(
                    line.serviceSid().id(),
                    line.id(),
                    line.claim(),
                    line.version(),
                    pause == null,
                    Rows.seconds(pause == null ? IDLE : pause));
        }

        static Place own(Settled settled) {
            Duration pause = settled.result().leavesFor();
            return new Place(
                    settled.line().serviceSid().id(),
                    settled.newLine(),
                    settled.line().claim(),
                    0,
                    false,
                    Rows.seconds(pause == null ? Duration.ZERO : pause));
        }
    }

    /** What became of a delivery, and where it waited. */
    private record Settled(Line line, Result result) {

        UUID newLine() {
            return result.leavesFor() == null
                    ? line.id()
                    : result.delivery().sid().id();
        }

        @Nullable
        Integer status() {
            return result.attempt() == null ? null : result.attempt().status();
        }

        @Nullable
        Integer millis() {
            return result.attempt() == null
                    ? null
                    : Integer.valueOf((int) result.attempt().latency().toMillis());
        }

        @Nullable
        String error() {
            return result.error() == null ? null : result.error().word();
        }

        @Nullable
        String response() {
            return result.attempt() == null ? null : result.attempt().response();
        }
    }
}
