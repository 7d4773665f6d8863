package io.lockstep.store.pg;

import io.lockstep.config.WriteConfig;
import io.lockstep.model.Document;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncObject;
import io.lockstep.model.SyncStream;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CommitListener;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.EpochRepository;
import io.lockstep.store.ExpiryRepository;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.MasterKeyRepository;
import io.lockstep.store.PermissionRepository;
import io.lockstep.store.PresenceRepository;
import io.lockstep.store.ReplayRepository;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.StreamRepository;
import io.lockstep.store.WebhookDeliveryRepository;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.pg.PgExpiryRepository.Expiring;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.store.pg.lane.WriteLane;
import io.lockstep.store.pg.lane.WriteLanes;
import io.lockstep.write.CollectionBatch.Result;
import io.lockstep.write.CollectionCommand;
import io.lockstep.write.Command;
import io.lockstep.write.DocumentBatch;
import io.lockstep.write.DocumentCommand;
import io.lockstep.write.Limits;
import io.lockstep.write.Rules;
import io.lockstep.write.StreamBatch;
import io.lockstep.write.StreamCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All repositories over one event loop's connections. */
public record PgRepositories(
        ServiceRepository services,
        DocumentRepository documents,
        CollectionRepository lists,
        CollectionRepository maps,
        StreamRepository streams,
        PermissionRepository documentPermissions,
        PermissionRepository listPermissions,
        PermissionRepository mapPermissions,
        AccountRepository accounts,
        ApiKeyRepository apiKeys,
        MasterKeyRepository masterKeys,
        InvalidationRepository invalidations,
        WebhookRepository webhooks,
        WebhookDeliveryRepository webhookDeliveries,
        MaintenanceRepository maintenance,
        ExpiryRepository expiry,
        ReplayRepository replays,
        PresenceRepository presence,
        EpochRepository epochs) {

    /**
     * Builds them; nothing is sent to the database yet.
     *
     * @param listener is told what is committed through them
     */
    public static PgRepositories over(Database database, WriteConfig writes, Limits limits, CommitListener listener) {
        return new Building(database, writes, limits, listener).all();
    }

    /** The parts that repositories share. */
    private record Building(Database database, WriteConfig writes, Limits limits, CommitListener listener) {

        PgRepositories all() {
            List<Expiring> expiring = new ArrayList<>();
            ObjectReads<Document> documents = reads(ObjectTable.DOCUMENTS);
            ObjectReads<SyncStream> streams = reads(ObjectTable.STREAMS);
            Collections lists = collections(Sid.Kind.LIST, expiring);
            Collections maps = collections(Sid.Kind.MAP, expiring);
            PgServiceRepository services = new PgServiceRepository(database);
            return new PgRepositories(
                    services,
                    documents(documents, expiring),
                    lists.repository(),
                    maps.repository(),
                    streams(streams, expiring),
                    new PgPermissionRepository<>(database, Sid.Kind.DOCUMENT, documents, limits),
                    lists.permissions(),
                    maps.permissions(),
                    new PgAccountRepository(database),
                    new PgApiKeyRepository(database),
                    new PgMasterKeyRepository(database),
                    new PgInvalidationRepository(database),
                    new PgWebhookRepository(database),
                    new PgWebhookDeliveryRepository(database, listener),
                    new PgMaintenanceRepository(database),
                    new PgExpiryRepository(database, expiring),
                    new PgReplayRepository(
                            database,
                            Map.of(
                                    Sid.Kind.DOCUMENT,
                                    documents,
                                    Sid.Kind.LIST,
                                    lists.reads(),
                                    Sid.Kind.MAP,
                                    maps.reads(),
                                    Sid.Kind.STREAM,
                                    streams)),
                    new PgPresenceRepository(database, lanesOf(new PresenceWriter()), services),
                    new PgEpochRepository(database));
        }

        private <O extends SyncObject> ObjectReads<O> reads(ObjectTable<O> table) {
            return new ObjectReads<>(database, table, limits);
        }

        private DocumentRepository documents(ObjectReads<Document> reads, List<Expiring> expiring) {
            ObjectTable<Document> table = ObjectTable.DOCUMENTS;
            Lanes<DocumentCommand, Document> lanes =
                    lanes(new ObjectWriter<>(table, locked -> new DocumentBatch(locked, rules())));
            expiring.add(Expiring.of(
                    table.sql("due"), Sid.Kind.DOCUMENT, lanes, (it, row) -> new DocumentCommand.Expire(it)));
            return new PgDocumentRepository(reads, lanes);
        }

        private StreamRepository streams(ObjectReads<SyncStream> reads, List<Expiring> expiring) {
            ObjectTable<SyncStream> table = ObjectTable.STREAMS;
            Lanes<StreamCommand, SyncStream> lanes =
                    lanes(new ObjectWriter<>(table, locked -> new StreamBatch(locked, rules())));
            expiring.add(
                    Expiring.of(table.sql("due"), Sid.Kind.STREAM, lanes, (it, row) -> new StreamCommand.Expire(it)));
            return new PgStreamRepository(database, reads, lanes, limits, listener, writes.streamWebhooks());
        }

        private Collections collections(Sid.Kind kind, List<Expiring> expiring) {
            ObjectTable<SyncCollection> table = ObjectTable.collections(kind);
            ItemTable items = ItemTable.of(kind);
            Lanes<CollectionCommand, Result> lanes = lanes(new CollectionWriter(table, items, rules()));
            expiring.add(Expiring.of(table.sql("due"), kind, lanes, (it, row) -> new CollectionCommand.Expire(it)));
            expiring.add(Expiring.of(
                    items.sql("due"),
                    kind,
                    lanes,
                    (it, row) -> new CollectionCommand.ExpireItem(it, items.toKey(row))));
            ObjectReads<SyncCollection> reads = reads(table);
            return new Collections(
                    new PgCollectionRepository(database, kind, items, reads, lanes, limits),
                    new PgPermissionRepository<>(database, kind, reads, limits),
                    reads);
        }

        private Rules rules() {
            return new Rules(writes.creatorPermissions(), writes.streamWebhooks(), limits);
        }

        private <C extends Command, R> Lanes<C, R> lanes(BatchWriter<C, R> writer) {
            return new Lanes<>(lanesOf(new IdempotentWriter<>(writer)));
        }

        private <C, R> WriteLanes<C, R> lanesOf(BatchWriter<C, R> writer) {
            WriteLane.Bounds bounds = new WriteLane.Bounds(writes.batchSize(), writes.queueSize());
            return new WriteLanes<>(Stream.generate(() ->
                            new WriteLane<>(new PgTransactions<>(database, writer), bounds, listener, database.turn()))
                    .limit(writes.lanes())
                    .toList());
        }
    }

    private record Collections(
            CollectionRepository repository, PermissionRepository permissions, ObjectReads<SyncCollection> reads) {}
}
