package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.error.UnknownOutcomeException;
import io.lockstep.model.Caller;
import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncService;
import io.lockstep.store.Once;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.pg.SingleWrites.Statements;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Services in PostgreSQL; each write is one statement that may be sent again (sql/statements/service.sql). */
final class PgServiceRepository implements ServiceRepository {

    private static final Sql SQL = Sql.load("service");
    private static final String GET = SQL.get("get");
    private static final String GET_DEFAULT = SQL.get("getDefault");
    private static final String CREATE = SQL.get("create");
    private static final String UPDATE = SQL.get("update");
    private static final String DELETE = SQL.get("delete");
    private static final String DELETED_BY = SQL.get("deletedBy");
    private static final String PAGE_AFTER = SQL.get("pageAfter");
    private static final String PAGE_BEFORE = SQL.get("pageBefore");

    private static final int DEFAULT_DEBOUNCING_WINDOW = 5000; // milliseconds, rest-api.md section 2
    private static final int ATTEMPTS = 5; // how often the default Service may be deleted under our hands

    private final Database database;
    private final SingleWrites<SyncService> writes;
    private final CombinedReads<Key, SyncService> bySid;
    private final CombinedReads<Sid, SyncService> defaults;

    PgServiceRepository(Database database) {
        this.database = database;
        this.writes = new SingleWrites<>(database);
        this.bySid = new CombinedReads<>(database, GET, PgServiceRepository::keys, PgServiceRepository::toService);
        this.defaults = new CombinedReads<>(
                database, GET_DEFAULT, PgServiceRepository::accounts, PgServiceRepository::toService);
    }

    @Override
    public Future<SyncService> create(Caller caller, ServicePatch settings, @Nullable Once<SyncService> once) {
        Sid sid = Sid.generate(Sid.Kind.SERVICE);
        return writes.run(
                caller,
                sid,
                once,
                statements -> insert(statements, row(caller, sid, null, settings))
                        .compose(created ->
                                created != null ? Future.succeededFuture(created) : madeBefore(find(caller, sid))));
    }

    /** What an attempt whose answer was lost has done is read: when even that fails, it was done nevertheless. */
    private static <T> Future<T> madeBefore(Future<T> read) {
        return read.recover(cause ->
                Future.failedFuture(PgErrors.isUnavailable(cause) ? new UnknownOutcomeException(cause) : cause));
    }

    private static Future<@Nullable SyncService> insert(Statements statements, Tuple row) {
        return statements.run(CREATE, row).map(rows -> Rows.oneOrNull(rows, PgServiceRepository::toService));
    }

    private static Tuple row(Caller caller, Sid sid, @Nullable String uniqueName, ServicePatch settings) {
        return Tuple.tuple()
                .addUUID(caller.accountSid().id())
                .addUUID(sid.id())
                .addString(uniqueName)
                .addString(settings.friendlyName())
                .addString(settings.webhookUrl().value())
                .addBoolean(Boolean.TRUE.equals(settings.webhooksFromRestEnabled()))
                .addBoolean(Boolean.TRUE.equals(settings.reachabilityWebhooksEnabled()))
                .addBoolean(Boolean.TRUE.equals(settings.aclEnabled()))
                .addBoolean(Boolean.TRUE.equals(settings.reachabilityDebouncingEnabled()))
                .addInteger(window(settings, DEFAULT_DEBOUNCING_WINDOW));
    }

    @Override
    public Future<SyncService> get(Caller caller, ServiceName name) {
        return name instanceof ServiceName.BySid one ? find(caller, one.sid()) : defaultService(caller, ATTEMPTS);
    }

    private Future<SyncService> find(Caller caller, Sid sid) {
        return bySid.get(new Key(caller.accountSid(), sid))
                .compose(found ->
                        found == null ? Future.failedFuture(missing(sid.toString())) : Future.succeededFuture(found));
    }

    /** The default Service, made when it is not there. Of two who make it at once, one reads the other's. */
    private Future<SyncService> defaultService(Caller caller, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(PgErrors.unavailable());
        }
        return findDefault(caller)
                .compose(found -> found != null
                        ? Future.<@Nullable SyncService>succeededFuture(found)
                        : insert(database::write, newDefault(caller)))
                .compose(made -> made != null ? Future.succeededFuture(made) : defaultService(caller, attempts - 1));
    }

    private static Tuple newDefault(Caller caller) {
        return row(caller, Sid.generate(Sid.Kind.SERVICE), ServiceName.DEFAULT_ALIAS, ServicePatch.EMPTY);
    }

    private Future<@Nullable SyncService> findDefault(Caller caller) {
        return defaults.get(caller.accountSid());
    }

    private static Tuple keys(List<Key> keys) {
        return accounts(keys.stream().map(Key::account).toList())
                .addArrayOfUUID(keys.stream().map(it -> it.service().id()).toArray(UUID[]::new));
    }

    private static Tuple accounts(List<Sid> accounts) {
        return Tuple.tuple().addArrayOfUUID(accounts.stream().map(Sid::id).toArray(UUID[]::new));
    }

    @Override
    public Future<SyncService> update(
            Caller caller, ServiceName name, ServicePatch patch, @Nullable Once<SyncService> once) {
        boolean empty = patch.equals(ServicePatch.EMPTY);
        if (empty && once == null) {
            return get(caller, name);
        }
        return sid(caller, name)
                .compose(sid -> writes.run(
                        caller,
                        sid,
                        once,
                        statements -> empty ? find(caller, sid) : update(statements, caller, sid, patch)));
    }

    private Future<SyncService> update(Statements statements, Caller caller, Sid sid, ServicePatch patch) {
        return statements
                .run(UPDATE, change(caller, sid, patch))
                .compose(rows -> rows.size() == 0
                        ? madeBefore(find(caller, sid)) // or there is none
                        : Future.succeededFuture(toService(rows.iterator().next())));
    }

    private Future<Sid> sid(Caller caller, ServiceName name) {
        return name instanceof ServiceName.BySid one
                ? Future.succeededFuture(one.sid())
                : defaultService(caller, ATTEMPTS).map(SyncService::sid);
    }

    private static Tuple change(Caller caller, Sid sid, ServicePatch patch) {
        return key(caller, sid)
                .addString(patch.friendlyName())
                .addBoolean(patch.webhookUrl().given())
                .addString(patch.webhookUrl().value())
                .addBoolean(patch.webhooksFromRestEnabled())
                .addBoolean(patch.reachabilityWebhooksEnabled())
                .addBoolean(patch.aclEnabled())
                .addBoolean(patch.reachabilityDebouncingEnabled())
                .addInteger(window(patch, null))
                .addUUID(WriteIds.next());
    }

    @Override
    public Future<Void> delete(Caller caller, ServiceName name) {
        if (name instanceof ServiceName.BySid one) {
            return delete(caller, one.sid());
        }
        return findDefault(caller)
                .compose(found -> found == null
                        ? Future.failedFuture(missing(ServiceName.DEFAULT_ALIAS))
                        : delete(caller, found.sid()));
    }

    private Future<Void> delete(Caller caller, Sid sid) {
        UUID writeId = WriteIds.next();
        return database.write(DELETE, key(caller, sid).addUUID(writeId))
                .compose(rows -> rows.size() == 0
                        ? madeBefore(database.read(DELETED_BY, Tuple.of(sid.id(), writeId)))
                        : Future.succeededFuture(rows))
                .compose(rows ->
                        rows.size() == 0 ? Future.failedFuture(missing(sid.toString())) : Future.succeededFuture());
    }

    @Override
    public Future<Page<SyncService>> page(Caller caller, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        UUID key = cursor == null
                ? Rows.FIRST
                : requireNonNull(Sid.parse(Sid.Kind.SERVICE, cursor.key())).id();
        Tuple parameters = Tuple.of(caller.accountSid().id(), key, request.size() + 1); // one more tells what follows
        return database.read(backward ? PAGE_BEFORE : PAGE_AFTER, parameters)
                .map(rows -> Pages.of(Rows.all(rows, PgServiceRepository::toService), request));
    }

    private static Tuple key(Caller caller, Sid sid) {
        return Tuple.tuple().addUUID(caller.accountSid().id()).addUUID(sid.id());
    }

    private static @Nullable Integer window(ServicePatch patch, @Nullable Integer otherwise) {
        Duration window = patch.reachabilityDebouncingWindow();
        return window == null ? otherwise : Integer.valueOf((int) window.toMillis());
    }

    private static SyncException missing(String name) {
        return new SyncException(ErrorCode.NOT_FOUND, "The requested resource /Services/" + name + " was not found");
    }

    private static SyncService toService(Row row) {
        return new SyncService(
                Rows.sid(row, Sid.Kind.SERVICE, "sid"),
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                row.getString("unique_name"),
                row.getString("friendly_name"),
                row.getString("webhook_url"),
                row.getBoolean("webhooks_from_rest_enabled"),
                row.getBoolean("reachability_webhooks_enabled"),
                row.getBoolean("acl_enabled"),
                row.getBoolean("reachability_debouncing_enabled"),
                Duration.ofMillis(row.getInteger("reachability_debouncing_window")),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"));
    }

    /** A Service, and whose it must be. */
    private record Key(Sid account, Sid service) {}
}
