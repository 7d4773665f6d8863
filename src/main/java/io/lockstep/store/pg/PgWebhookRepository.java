package io.lockstep.store.pg;

import io.lockstep.store.WebhookRepository;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The outbox in PostgreSQL (sql/statements/webhook.sql). */
final class PgWebhookRepository implements WebhookRepository {

    private static final Sql SQL = Sql.load("webhook");
    private static final String CLAIM = SQL.get("claim");
    private static final String EXTEND = SQL.get("extend");
    private static final String DELIVERIES = SQL.get("deliveries");
    private static final String REMOVE = SQL.get("remove");
    private static final String RELEASE = SQL.get("release");
    private static final String FINISH = SQL.get("finish");

    private final Database database;

    PgWebhookRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<List<Claim>> claim(UUID claim, int limit, Duration duration) {
        return database.write(CLAIM, Tuple.of(claim, limit, Rows.seconds(duration)))
                .map(rows -> Rows.all(rows, row -> toClaim(row, claim)));
    }

    @Override
    public Future<@Nullable Claim> extend(Claim claim, Duration duration) {
        return database.write(EXTEND, key(claim).addUUID(claim.id()).addDouble(Rows.seconds(duration)))
                .map(rows -> Rows.oneOrNull(rows, row -> toClaim(row, claim.id())));
    }

    @Override
    public Future<List<Delivery>> deliveries(Claim claim, int limit) {
        return database.read(DELIVERIES, key(claim).addInteger(limit))
                .map(rows -> Rows.all(rows, PgWebhookRepository::toDelivery));
    }

    @Override
    public Future<Void> remove(Claim claim, Delivery delivery) {
        return database.write(REMOVE, key(claim).addUUID(claim.id()).addLong(delivery.id()))
                .mapEmpty();
    }

    @Override
    public Future<Void> release(Claim claim, Duration pause) {
        return database.write(RELEASE, key(claim).addUUID(claim.id()).addDouble(Rows.seconds(pause)))
                .mapEmpty();
    }

    @Override
    public Future<Boolean> finish(Claim claim) {
        return database.write(FINISH, key(claim).addUUID(claim.id()).addLong(claim.version()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Tuple key(Claim claim) {
        return Tuple.tuple().addUUID(claim.serviceSid()).addUUID(claim.objectSid());
    }

    private static Claim toClaim(Row row, UUID claim) {
        return new Claim(claim, row.getUUID("service_sid"), row.getUUID("object_sid"), row.getLong("version"));
    }

    private static Delivery toDelivery(Row row) {
        Map<String, String> parameters = new LinkedHashMap<>();
        new JsonObject(row.getString("parameters"))
                .forEach(parameter -> parameters.put(parameter.getKey(), String.valueOf(parameter.getValue())));
        return new Delivery(row.getLong("id"), row.getUUID("token"), parameters, row.getString("webhook_url"));
    }
}
