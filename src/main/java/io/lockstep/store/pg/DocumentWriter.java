package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.write.DocumentBatch;
import io.lockstep.write.DocumentBatch.Locked;
import io.lockstep.write.DocumentBatch.Subject;
import io.lockstep.write.DocumentCommand;
import io.lockstep.write.Outcome;
import io.lockstep.write.ServiceState;
import io.lockstep.write.WebhookEvent;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Writes documents, a batch in two round trips: lock and read, then write (sql/statements/document.sql). */
final class DocumentWriter implements BatchWriter<DocumentCommand, Document> {

    private static final Sql SQL = Sql.load("document");
    private static final String LOCK = SQL.get("lock");
    private static final String SERVICES = SQL.get("services");
    private static final String RIGHTS = SQL.get("rights");
    private static final String INSERT = SQL.get("insert");
    private static final String UPDATE = SQL.get("update");
    private static final String REMOVE = SQL.get("remove");
    private static final String GRANT = SQL.get("grant");

    private final boolean creatorPermissions;

    /**
     * @param creatorPermissions whether a client gets all rights on what it creates
     */
    DocumentWriter(boolean creatorPermissions) {
        this.creatorPermissions = creatorPermissions;
    }

    @Override
    public Future<Sent<Document>> run(SqlConnection connection, Future<?> begun, List<Write<DocumentCommand>> writes) {
        Future<RowSet<Row>> rows = connection.preparedQuery(LOCK).execute(named(writes));
        Future<RowSet<Row>> services = connection.preparedQuery(SERVICES).execute(services(writes));
        return Future.join(begun, rows, services)
                .compose(ignored -> rights(connection, writes, Rows.all(rows.result(), DocumentWriter::toDocument)))
                .map(rights -> decide(writes, rows.result(), services.result(), rights))
                .map(decided -> send(connection, decided));
    }

    private static Tuple named(List<Write<DocumentCommand>> writes) {
        List<UUID> serviceOfSid = new ArrayList<>();
        List<UUID> sids = new ArrayList<>();
        List<UUID> serviceOfName = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Write<DocumentCommand> write : writes) {
            SidOrUniqueName name = name(write.command());
            if (name instanceof SidOrUniqueName.BySid one) {
                serviceOfSid.add(write.serviceSid().id());
                sids.add(one.sid().id());
            } else if (name instanceof SidOrUniqueName.ByName one) {
                serviceOfName.add(write.serviceSid().id());
                names.add(one.name());
            }
        }
        return Tuple.tuple()
                .addArrayOfUUID(serviceOfSid.toArray(UUID[]::new))
                .addArrayOfUUID(sids.toArray(UUID[]::new))
                .addArrayOfUUID(serviceOfName.toArray(UUID[]::new))
                .addArrayOfString(names.toArray(String[]::new));
    }

    /** Of a create: the document, if any, whose name it wants. */
    private static SidOrUniqueName name(DocumentCommand command) {
        if (command instanceof DocumentCommand.Update update) {
            return update.name();
        }
        if (command instanceof DocumentCommand.Delete delete) {
            return delete.name();
        }
        DocumentCommand.Create create = (DocumentCommand.Create) command;
        return create.uniqueName() == null
                ? new SidOrUniqueName.BySid(create.sid())
                : new SidOrUniqueName.ByName(create.uniqueName());
    }

    private static Tuple services(List<Write<DocumentCommand>> writes) {
        return Tuple.tuple()
                .addArrayOfUUID(writes.stream()
                        .map(write -> write.serviceSid().id())
                        .distinct()
                        .toArray(UUID[]::new));
    }

    /** Of clients only, and on what they name only: a round trip that REST never makes. */
    private static Future<Map<Subject, Rights>> rights(
            SqlConnection connection, List<Write<DocumentCommand>> writes, List<Document> documents) {
        List<String> identities = writes.stream()
                .filter(write -> write.caller() instanceof Caller.Client)
                .map(write -> write.caller().identity())
                .distinct()
                .toList();
        if (identities.isEmpty() || documents.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        List<UUID> services = new ArrayList<>();
        List<UUID> objects = new ArrayList<>();
        List<String> subjects = new ArrayList<>();
        for (Document document : documents) {
            for (String identity : identities) {
                services.add(document.serviceSid().id());
                objects.add(document.sid().id());
                subjects.add(identity);
            }
        }
        Tuple asked = Tuple.tuple()
                .addArrayOfUUID(services.toArray(UUID[]::new))
                .addArrayOfUUID(objects.toArray(UUID[]::new))
                .addArrayOfString(subjects.toArray(String[]::new));
        return connection.preparedQuery(RIGHTS).execute(asked).map(DocumentWriter::toRights);
    }

    private static Map<Subject, Rights> toRights(RowSet<Row> rows) {
        Map<Subject, Rights> rights = new HashMap<>();
        for (Row row : rows) {
            rights.put(
                    new Subject(Rows.sid(row, Sid.Kind.DOCUMENT, "object_sid"), row.getString("identity")),
                    PgPermissionRepository.toRights(row));
        }
        return rights;
    }

    private Decided decide(
            List<Write<DocumentCommand>> writes,
            RowSet<Row> documents,
            RowSet<Row> serviceRows,
            Map<Subject, Rights> rights) {
        Map<Sid, ServiceState> services = new HashMap<>();
        Map<Sid, Sid> accounts = new HashMap<>();
        Instant now = Instant.EPOCH; // no Service is there, so nothing is decided by it
        for (Row row : serviceRows) {
            Sid sid = Rows.sid(row, Sid.Kind.SERVICE, "sid");
            accounts.put(sid, Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"));
            services.put(
                    sid,
                    new ServiceState(
                            sid,
                            row.getBoolean("acl_enabled"),
                            row.getBoolean("webhooks"),
                            row.getBoolean("webhooks_from_rest_enabled")));
            now = Rows.instant(row, "now");
        }
        DocumentBatch batch = new DocumentBatch(
                new Locked(services, accounts, Rows.all(documents, DocumentWriter::toDocument), rights),
                now,
                creatorPermissions);
        return new Decided(batch, writes.stream().map(batch::decide).toList());
    }

    /**
     * New names before anything is changed, as in every transaction: who waits for a name then holds nothing that its new
     * holder could wait for. Names that a removal frees come behind it; nobody else can have taken them.
     */
    private static Sent<Document> send(SqlConnection connection, Decided decided) {
        DocumentBatch batch = decided.batch();
        List<WebhookEvent> webhooks = batch.webhooks();
        Future<?> written = Future.join(List.of(
                write(connection, INSERT, byName(batch, false), DocumentWriter::rows),
                write(connection, UPDATE, batch.updated(), DocumentWriter::rows),
                write(connection, REMOVE, batch.removed(), it -> rows(it).addUUID(UUID.randomUUID())),
                write(connection, INSERT, byName(batch, true), DocumentWriter::rows),
                write(connection, GRANT, batch.granted(), DocumentWriter::grants),
                webhooks.isEmpty() ? Future.succeededFuture() : Outbox.add(connection, webhooks)));
        return new Sent<>(new Batch<>(decided.outcomes(), batch.changes(), !webhooks.isEmpty()), written);
    }

    private static <T> Future<?> write(
            SqlConnection connection, String sql, Collection<T> rows, Function<Collection<T>, Tuple> parameters) {
        return rows.isEmpty()
                ? Future.succeededFuture()
                : connection.preparedQuery(sql).execute(parameters.apply(rows));
    }

    /**
     * In one order on every node: who wants a name waits for who is taking it, and no two may wait for each other.
     *
     * @param freed those whose names the batch itself frees, or the others
     */
    private static List<Document> byName(DocumentBatch batch, boolean freed) {
        Comparator<Document> byName =
                Comparator.comparing(Document::uniqueName, Comparator.nullsFirst(Comparator.naturalOrder()));
        return batch.inserted().stream()
                .filter(it -> batch.takesFreedName(it) == freed)
                .sorted(byName.thenComparing(it -> it.serviceSid().id()))
                .toList();
    }

    private static Tuple rows(Collection<Document> documents) {
        return Tuple.tuple()
                .addArrayOfUUID(
                        documents.stream().map(it -> it.serviceSid().id()).toArray(UUID[]::new))
                .addArrayOfUUID(documents.stream().map(it -> it.sid().id()).toArray(UUID[]::new))
                .addArrayOfString(documents.stream().map(Document::uniqueName).toArray(String[]::new))
                .addArrayOfString(documents.stream().map(it -> it.data().text()).toArray(String[]::new))
                .addArrayOfLong(documents.stream().map(Document::lastEventId).toArray(Long[]::new))
                .addArrayOfString(documents.stream().map(Document::createdBy).toArray(String[]::new))
                .addArrayOfOffsetDateTime(Rows.times(documents, Document::dateCreated))
                .addArrayOfOffsetDateTime(Rows.times(documents, Document::dateUpdated))
                .addArrayOfOffsetDateTime(Rows.times(documents, Document::dateExpires));
    }

    private static Tuple grants(Collection<Permission> permissions) {
        return Tuple.tuple()
                .addArrayOfUUID(
                        permissions.stream().map(it -> it.serviceSid().id()).toArray(UUID[]::new))
                .addArrayOfUUID(
                        permissions.stream().map(it -> it.objectSid().id()).toArray(UUID[]::new))
                .addArrayOfString(permissions.stream().map(Permission::identity).toArray(String[]::new))
                .addArrayOfBoolean(
                        permissions.stream().map(it -> it.rights().read()).toArray(Boolean[]::new))
                .addArrayOfBoolean(
                        permissions.stream().map(it -> it.rights().write()).toArray(Boolean[]::new))
                .addArrayOfBoolean(
                        permissions.stream().map(it -> it.rights().manage()).toArray(Boolean[]::new));
    }

    static Document toDocument(Row row) {
        return new Document(
                Rows.sid(row, Sid.Kind.DOCUMENT, "sid"),
                Rows.sid(row, Sid.Kind.SERVICE, "service_sid"),
                row.getString("unique_name"),
                new JsonText(row.getString("data")),
                row.getLong("last_event_id"),
                row.getString("created_by"),
                Rows.instant(row, "date_created"),
                Rows.instant(row, "date_updated"),
                Rows.instantOrNull(row, "date_expires"));
    }

    private record Decided(DocumentBatch batch, List<Outcome<Document>> outcomes) {}
}
