package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Presence;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.lockstep.store.PresenceRepository;
import io.lockstep.store.pg.lane.WriteLanes;
import io.lockstep.write.PresenceCommand;
import io.lockstep.write.PresenceCommand.Connect;
import io.lockstep.write.PresenceCommand.Disconnect;
import io.lockstep.write.PresenceCommand.TellGone;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who is connected, in PostgreSQL (sql/statements/presence.sql); who comes and goes is written in batches. */
final class PgPresenceRepository implements PresenceRepository {

    private static final Sql SQL = Sql.load("presence");
    private static final String JOIN = SQL.get("join");
    private static final String RENEW = SQL.get("renew");
    private static final String OTHERS = SQL.get("others");
    private static final String LEAVE = SQL.get("leave");
    private static final String GIVE_UP = SQL.get("giveUp");
    private static final String ORPHANS = SQL.get("orphans");
    private static final String FORGET = SQL.get("forget");
    private static final String DUE = SQL.get("due");
    private static final String PAGE_AFTER = SQL.get("pageAfter");
    private static final String PAGE_BEFORE = SQL.get("pageBefore");
    private static final String GET = SQL.get("get");

    private final Database database;
    private final WriteLanes<PresenceCommand, Boolean> lanes;
    private final PgServiceRepository services;

    PgPresenceRepository(Database database, WriteLanes<PresenceCommand, Boolean> lanes, PgServiceRepository services) {
        this.database = database;
        this.lanes = lanes;
        this.services = services;
    }

    @Override
    public Future<Void> join(UUID node, Duration lease) {
        return database.write(JOIN, Tuple.of(node, Rows.seconds(lease))).mapEmpty();
    }

    @Override
    public Future<Boolean> renew(UUID node, Duration lease) {
        return database.write(RENEW, Tuple.of(node, Rows.seconds(lease))).map(rows -> rows.size() == 1);
    }

    @Override
    public Future<Set<UUID>> others(UUID node) {
        return database.read(OTHERS, Tuple.of(node)).map(rows -> Set.copyOf(Rows.all(rows, row -> row.getUUID("id"))));
    }

    @Override
    public Future<Void> leave(UUID node) {
        return database.write(LEAVE, Tuple.of(node)).compose(ignored -> forget());
    }

    private Future<Void> forget() {
        return database.write(FORGET, Tuple.tuple()).mapEmpty();
    }

    @Override
    public Future<Boolean> connect(ClientSocket socket, UUID node) {
        return submit(socket.account(), socket.service(), new Connect(socket, node));
    }

    @Override
    public Future<Void> disconnect(ClientSocket socket) {
        return submit(socket.account(), socket.service(), new Disconnect(socket))
                .mapEmpty();
    }

    private Future<Boolean> submit(Sid account, Sid service, PresenceCommand command) {
        return lanes.submit(command.identity(), new Write<>(new Caller.Backend(account), service, command));
    }

    @Override
    public Future<Integer> takeOver(UUID node, Duration lease, int limit) {
        return database.write(GIVE_UP, Tuple.of(node, Rows.seconds(lease)))
                .compose(ignored -> database.read(ORPHANS, Tuple.of(limit)))
                .compose(rows -> Future.join(disconnect(rows)).map(rows.size()))
                .compose(taken -> forget().map(taken));
    }

    private List<Future<Void>> disconnect(RowSet<Row> rows) {
        List<Future<Void>> gone = new ArrayList<>();
        rows.forEach(row -> gone.add(disconnect(new ClientSocket(
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                identity(row),
                requireNonNull(row.getString("endpoint_id")),
                requireNonNull(row.getUUID("id"))))));
        return gone;
    }

    private static String identity(Row row) {
        return requireNonNull(row.getString("identity"));
    }

    @Override
    public Future<Duration> tellGone(int limit, Duration horizon) {
        return database.read(DUE, Tuple.of(Rows.seconds(horizon), limit)).compose(rows -> {
            List<Future<Boolean>> told = new ArrayList<>();
            for (Row row : rows) {
                if (row.getLong("millis") <= 0) {
                    told.add(submit(
                            Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                            Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                            new TellGone(identity(row))));
                }
            }
            return Future.join(told).map(done -> PgExpiryRepository.next(rows, limit, horizon));
        });
    }

    @Override
    public Future<Page<Presence>> page(Caller caller, Sid service, PageRequest request) {
        Cursor cursor = request.cursor();
        boolean backward = cursor != null && cursor.direction() == Cursor.Direction.BEFORE;
        Tuple parameters = Tuple.of(
                service.id(), cursor == null ? "" : cursor.key(), request.size() + 1); // one more tells what follows
        return services.get(caller, new ServiceName.BySid(service))
                .compose(ignored -> database.read(backward ? PAGE_BEFORE : PAGE_AFTER, parameters))
                .map(rows -> Pages.of(Rows.all(rows, PgPresenceRepository::toPresence), request));
    }

    @Override
    public Future<List<Presence>> get(Caller caller, Sid service, List<String> identities) {
        return services.get(caller, new ServiceName.BySid(service))
                .compose(ignored -> database.read(
                        GET, Tuple.tuple().addUUID(service.id()).addArrayOfString(identities.toArray(String[]::new))))
                .map(rows -> Rows.all(rows, PgPresenceRepository::toPresence));
    }

    private static Presence toPresence(Row row) {
        return new Presence(identity(row), row.getInteger("endpoints"), Rows.instant(row, "date_since"));
    }
}
