package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.WebhookDelivery;
import io.lockstep.model.WebhookDelivery.Attempt;
import io.lockstep.model.WebhookDelivery.State;
import io.lockstep.model.WebhookError;
import io.lockstep.model.WebhookSettings;
import io.lockstep.store.CommitListener;
import io.lockstep.store.WebhookDeliveryRepository;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Webhooks as an operator sees them (sql/statements/webhook_delivery.sql). */
final class PgWebhookDeliveryRepository implements WebhookDeliveryRepository {

    private static final String ANY = "true";

    /** As the index has it: of a million deliveries few are these. */
    private static final String IN_TROUBLE = "(state IN ('failed', 'dropped') OR (state = 'pending' AND attempts > 0))";

    private static final Sql SQL = Sql.load("webhook_delivery");
    private static final String GET = SQL.get("get");
    private static final String ATTEMPTS = SQL.get("attempts");
    private static final String RESEND = SQL.get("resend");
    private static final String SETTINGS = SQL.get("settings");
    private static final String ROTATE = SQL.get("rotate");
    private static final String OLDER = page("<", "DESC", ANY);
    private static final String NEWER = page(">", "ASC", ANY);
    private static final String OLDER_IN_TROUBLE = page("<", "DESC", IN_TROUBLE);
    private static final String NEWER_IN_TROUBLE = page(">", "ASC", IN_TROUBLE);

    private static final int MOST_ATTEMPTS = 1000;

    private final Database database;
    private final CommitListener listener;

    PgWebhookDeliveryRepository(Database database, CommitListener listener) {
        this.database = database;
        this.listener = listener;
    }

    private static String page(String comparison, String order, String which) {
        return Sql.load("webhook_delivery", Map.of("comparison", comparison, "order", order, "which", which))
                .get("page");
    }

    @Override
    public Future<Page<WebhookDelivery>> page(Caller caller, Sid service, Filter filter, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean newer = cursor != null && cursor.direction() == Cursor.Direction.BEFORE; // the latest come first
        boolean inTrouble = filter.state() == State.FAILED || filter.state() == State.DROPPED;
        String sql = inTrouble ? (newer ? NEWER_IN_TROUBLE : OLDER_IN_TROUBLE) : (newer ? NEWER : OLDER);
        Tuple parameters = key(caller, service)
                .addLong(cursor == null ? Long.MAX_VALUE : id(requireNonNull(delivery(cursor.key()))))
                .addInteger(request.size() + 1) // one more tells what follows
                .addString(filter.state() == null ? null : stored(filter.state()))
                .addBoolean(inLine(filter.state()))
                .addString(filter.eventType())
                .addUUID(filter.objectSid() == null ? null : filter.objectSid().id())
                .addOffsetDateTime(time(filter.createdFrom()))
                .addOffsetDateTime(time(filter.createdBefore()));
        return settings(caller, service)
                .compose(ignored -> database.read(sql, parameters))
                .map(rows -> Pages.of(Rows.all(rows, PgWebhookDeliveryRepository::toDelivery), request));
    }

    private static @Nullable Sid delivery(String text) {
        return Sid.parse(Sid.Kind.WEBHOOK_DELIVERY, text);
    }

    private static String stored(State state) {
        return switch (state) {
            case WAITING, RETRYING -> "pending";
            case DELIVERED, FAILED, DROPPED -> state.word();
        };
    }

    private static @Nullable Boolean inLine(@Nullable State state) {
        if (state == null || !stored(state).equals("pending")) {
            return null;
        }
        return state == State.WAITING;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public Future<WebhookDelivery> get(Caller caller, Sid service, Sid delivery) {
        return database.read(GET, key(caller, service, delivery))
                .compose(rows -> rows.size() == 0
                        ? missing(service + "/WebhookDeliveries/" + delivery)
                        : Future.succeededFuture(toDelivery(rows.iterator().next())));
    }

    @Override
    public Future<List<Attempt>> attempts(WebhookDelivery delivery) {
        return database.read(ATTEMPTS, Tuple.of(delivery.serviceSid().id(), id(delivery.sid()), MOST_ATTEMPTS))
                .map(rows -> Rows.all(rows, PgWebhookDeliveryRepository::toAttempt))
                .map(attempts -> {
                    Collections.reverse(attempts);
                    return attempts.isEmpty() ? only(delivery) : attempts;
                });
    }

    /** One that succeeded has no row of its own. */
    private static List<Attempt> only(WebhookDelivery delivery) {
        return delivery.latency() == null || delivery.dateDone() == null
                ? List.of()
                : List.of(new Attempt(1, delivery.status(), delivery.latency(), null, null, delivery.dateDone()));
    }

    @Override
    public Future<WebhookDelivery> resend(Caller caller, Sid service, Sid delivery) {
        return database.write(RESEND, key(caller, service, delivery).addUUID(delivery.id()))
                .compose(ignored -> get(caller, service, delivery))
                .onSuccess(ignored -> listener.committed(List.of(), true));
    }

    @Override
    public Future<WebhookSettings> settings(Caller caller, Sid service) {
        return database.read(SETTINGS, key(caller, service))
                .compose(rows -> rows.size() == 0
                        ? missing(service.toString())
                        : Future.succeededFuture(toSettings(rows.iterator().next(), service)));
    }

    @Override
    public Future<WebhookSettings> rotateSecret(Caller caller, Sid service) {
        return settings(caller, service)
                .compose(it -> database.write(ROTATE, key(caller, service).addInteger(it.secretGeneration())))
                .compose(ignored -> settings(caller, service));
    }

    private static <T> Future<T> missing(String path) {
        return SyncException.failedFuture(
                ErrorCode.NOT_FOUND, "The requested resource /Services/" + path + " was not found");
    }

    private static Tuple key(Caller caller, Sid service) {
        return Tuple.tuple().addUUID(caller.accountSid().id()).addUUID(service.id());
    }

    private static Tuple key(Caller caller, Sid service, Sid delivery) {
        return key(caller, service).addLong(id(delivery)).addLong(delivery.id().getMostSignificantBits());
    }

    private static long id(Sid delivery) {
        return delivery.id().getLeastSignificantBits();
    }

    private static WebhookDelivery toDelivery(Row row) {
        String eventType = requireNonNull(row.getString("event_type"));
        return new WebhookDelivery(
                PgWebhookRepository.sid(row),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                object(row, eventType),
                eventType,
                state(row),
                row.getInteger("attempts"),
                row.getInteger("status"),
                latency(row),
                error(row),
                Rows.instant(row, "date_created"),
                Rows.instantOrNull(row, "date_done"),
                PgWebhookRepository.parameters(row));
    }

    /** Events begin with what they are of; an endpoint is no object. */
    private static @Nullable Sid object(Row row, String eventType) {
        return Arrays.stream(Sid.Kind.values())
                .filter(kind -> eventType.startsWith(kind.word() + "_"))
                .findFirst()
                .map(kind -> Rows.sid(row, kind, "object_sid"))
                .orElse(null);
    }

    private static State state(Row row) {
        String state = requireNonNull(row.getString("state"));
        if (!state.equals("pending")) {
            return State.valueOf(state.toUpperCase(Locale.ROOT));
        }
        return row.getBoolean("in_line") ? State.WAITING : State.RETRYING;
    }

    private static @Nullable Duration latency(Row row) {
        Integer millis = row.getInteger("millis");
        return millis == null ? null : Duration.ofMillis(millis);
    }

    private static @Nullable WebhookError error(Row row) {
        String error = row.getString("error");
        return error == null ? null : WebhookError.valueOf(error.toUpperCase(Locale.ROOT));
    }

    private static Attempt toAttempt(Row row) {
        return new Attempt(
                row.getInteger("number"),
                row.getInteger("status"),
                Duration.ofMillis(row.getInteger("millis")),
                error(row),
                row.getString("response"),
                Rows.instant(row, "date_created"));
    }

    private static WebhookSettings toSettings(Row row, Sid service) {
        return new WebhookSettings(
                service,
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                row.getString("webhook_url"),
                row.getBoolean("webhook_gone"),
                row.getInteger("webhook_secret_generation"),
                Rows.instantOrNull(row, "webhook_secret_date"));
    }
}
