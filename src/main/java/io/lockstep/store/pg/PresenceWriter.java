package io.lockstep.store.pg;

import static java.util.Objects.requireNonNull;

import io.lockstep.model.ClientSocket;
import io.lockstep.model.Sid;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.write.LockedPresence;
import io.lockstep.write.LockedPresence.Endpoint;
import io.lockstep.write.LockedPresence.Identity;
import io.lockstep.write.LockedPresence.Settings;
import io.lockstep.write.LockedPresence.State;
import io.lockstep.write.Outcome;
import io.lockstep.write.PresenceBatch;
import io.lockstep.write.PresenceCommand;
import io.lockstep.write.PresenceCommand.Connect;
import io.lockstep.write.PresenceCommand.Disconnect;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes who comes and goes, a batch in two round trips: lock identities and read, then write. */
final class PresenceWriter implements BatchWriter<PresenceCommand, Boolean> {

    private static final Sql SQL = Sql.load("presence");
    private static final String LOCK = SQL.get("lock");
    private static final String SETTINGS = SQL.get("settings");
    private static final String SOCKETS = SQL.get("sockets");
    private static final String NODES = SQL.get("nodes");
    private static final String CONNECT = SQL.get("connect");
    private static final String DISCONNECT = SQL.get("disconnect");
    private static final String UPDATE = SQL.get("update");
    private static final String REMOVE = SQL.get("remove");

    private static final Comparator<Identity> IN_ORDER = Comparator.<Identity, UUID>comparing(
                    it -> it.serviceSid().id(), Rows.UUID_ORDER)
            .thenComparing(Identity::name); // the same on every node, whatever it is

    @Override
    public Future<Sent<Boolean>> run(SqlConnection connection, Future<?> begun, List<Write<PresenceCommand>> writes) {
        return lock(connection, begun, writes).map(locked -> {
            PresenceBatch batch = new PresenceBatch(locked);
            List<Outcome<Boolean>> outcomes = writes.stream().map(batch::decide).toList();
            Future<?> written = Future.join(send(connection, batch));
            return new Sent<>(new Batch<>(outcomes, List.of(), !batch.webhooks().isEmpty()), written);
        });
    }

    private static Future<LockedPresence> lock(
            SqlConnection connection, Future<?> begun, List<Write<PresenceCommand>> writes) {
        List<Identity> identities = writes.stream()
                .map(it -> new Identity(it.serviceSid(), it.command().identity()))
                .distinct()
                .sorted(IN_ORDER)
                .toList();
        List<ClientSocket> named = writes.stream()
                .map(it -> socket(it.command()))
                .filter(Objects::nonNull)
                .toList();
        Future<RowSet<Row>> states = connection.preparedQuery(LOCK).execute(keys(identities));
        Future<RowSet<Row>> services = connection.preparedQuery(SETTINGS).execute(services(identities));
        Future<RowSet<Row>> sockets = connection.preparedQuery(SOCKETS).execute(endpoints(named));
        Future<RowSet<Row>> nodes = connection.preparedQuery(NODES).execute(nodes(writes));
        return Future.join(begun, states, services, sockets, nodes)
                .map(ignored -> new LockedPresence(
                        settings(services.result()),
                        states(states.result()),
                        sockets(sockets.result()),
                        living(nodes.result()),
                        Rows.instant(nodes.result().iterator().next(), "now")));
    }

    private static @Nullable ClientSocket socket(PresenceCommand command) {
        if (command instanceof Connect connect) {
            return connect.socket();
        }
        return command instanceof Disconnect disconnect ? disconnect.socket() : null;
    }

    private static Tuple keys(Collection<Identity> identities) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(identities, it -> it.serviceSid().id()))
                .addArrayOfString(Rows.strings(identities, Identity::name));
    }

    private static Tuple services(List<Identity> identities) {
        return Tuple.tuple()
                .addArrayOfUUID(identities.stream()
                        .map(it -> it.serviceSid().id())
                        .distinct()
                        .toArray(UUID[]::new));
    }

    private static Tuple nodes(List<Write<PresenceCommand>> writes) {
        return Tuple.tuple()
                .addArrayOfUUID(writes.stream()
                        .map(Write::command)
                        .filter(Connect.class::isInstance)
                        .map(it -> ((Connect) it).node())
                        .distinct()
                        .toArray(UUID[]::new));
    }

    /** Each endpoint once: of one that is named twice the sockets would be read twice. */
    private static Tuple endpoints(List<ClientSocket> sockets) {
        List<Endpoint> endpoints = sockets.stream()
                .map(it -> new Endpoint(new Identity(it.service(), it.identity()), it.endpointId()))
                .distinct()
                .toList();
        return keys(endpoints.stream().map(Endpoint::identity).toList())
                .addArrayOfString(Rows.strings(endpoints, Endpoint::id));
    }

    private static Map<Sid, Settings> settings(RowSet<Row> rows) {
        Map<Sid, Settings> settings = new HashMap<>();
        for (Row row : rows) {
            settings.put(
                    Rows.sid(row, Sid.Kind.SERVICE, "sid"),
                    new Settings(
                            Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                            row.getBoolean("webhooks"),
                            row.getBoolean("debouncing"),
                            Duration.ofMillis(row.getInteger("reachability_debouncing_window"))));
        }
        return settings;
    }

    private static Map<Identity, State> states(RowSet<Row> rows) {
        Map<Identity, State> states = new HashMap<>();
        for (Row row : rows) {
            states.put(
                    identity(row),
                    new State(
                            row.getInteger("endpoints"),
                            Rows.instant(row, "date_since"),
                            Rows.instantOrNull(row, "date_due"),
                            row.getString("endpoint_id_due")));
        }
        return states;
    }

    private static Map<Endpoint, Set<UUID>> sockets(RowSet<Row> rows) {
        Map<Endpoint, Set<UUID>> sockets = new HashMap<>();
        for (Row row : rows) {
            sockets.computeIfAbsent(
                            new Endpoint(identity(row), requireNonNull(row.getString("endpoint_id"))),
                            it -> new HashSet<>())
                    .add(row.getUUID("id"));
        }
        return sockets;
    }

    private static Identity identity(Row row) {
        return new Identity(Rows.sid(row, Sid.Kind.SERVICE, "service_sid"), requireNonNull(row.getString("identity")));
    }

    private static Set<UUID> living(RowSet<Row> rows) {
        Set<UUID> living = new HashSet<>();
        rows.forEach(row -> living.add(row.getUUID("id")));
        return living;
    }

    private static List<Future<?>> send(SqlConnection connection, PresenceBatch batch) {
        List<Future<?>> sent = new ArrayList<>();
        List<ClientSocket> connected = List.copyOf(batch.connected().keySet());
        if (!connected.isEmpty()) {
            sent.add(connection
                    .preparedQuery(CONNECT)
                    .execute(rows(connected).addArrayOfUUID(Rows.uuids(connected, batch.connected()::get))));
        }
        if (!batch.disconnected().isEmpty()) {
            sent.add(connection.preparedQuery(DISCONNECT).execute(rows(batch.disconnected())));
        }
        sendStates(connection, batch.states(), sent);
        if (!batch.webhooks().isEmpty()) {
            sent.add(Outbox.add(connection, batch.webhooks()));
        }
        return sent;
    }

    private static Tuple rows(Collection<ClientSocket> sockets) {
        return Tuple.tuple()
                .addArrayOfUUID(Rows.uuids(sockets, it -> it.service().id()))
                .addArrayOfString(Rows.strings(sockets, ClientSocket::identity))
                .addArrayOfString(Rows.strings(sockets, ClientSocket::endpointId))
                .addArrayOfUUID(Rows.uuids(sockets, ClientSocket::id));
    }

    private static void sendStates(SqlConnection connection, Map<Identity, State> states, List<Future<?>> sent) {
        List<Identity> kept = states.keySet().stream()
                .filter(it -> !state(states, it).isNothing())
                .toList();
        List<Identity> gone = states.keySet().stream()
                .filter(it -> state(states, it).isNothing())
                .toList();
        if (!kept.isEmpty()) {
            List<State> rows = kept.stream().map(it -> state(states, it)).toList();
            sent.add(connection
                    .preparedQuery(UPDATE)
                    .execute(keys(kept)
                            .addArrayOfInteger(
                                    rows.stream().map(State::endpoints).toArray(Integer[]::new))
                            .addArrayOfOffsetDateTime(Rows.times(rows, State::since))
                            .addArrayOfOffsetDateTime(Rows.times(rows, State::due))
                            .addArrayOfString(Rows.strings(rows, State::endpointDue))));
        }
        if (!gone.isEmpty()) {
            sent.add(connection.preparedQuery(REMOVE).execute(keys(gone)));
        }
    }

    private static State state(Map<Identity, State> states, Identity identity) {
        return requireNonNull(states.get(identity));
    }
}
