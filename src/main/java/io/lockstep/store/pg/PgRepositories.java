package io.lockstep.store.pg;

import io.lockstep.config.WriteConfig;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.CommitListener;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.MasterKeyRepository;
import io.lockstep.store.PermissionRepository;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.WebhookRepository;
import io.lockstep.store.pg.lane.BatchWriter;
import io.lockstep.store.pg.lane.WriteLane;
import io.lockstep.store.pg.lane.WriteLanes;
import java.util.stream.Stream;

/** All repositories over one event loop's connections. */
public record PgRepositories(
        ServiceRepository services,
        DocumentRepository documents,
        PermissionRepository permissions,
        AccountRepository accounts,
        ApiKeyRepository apiKeys,
        MasterKeyRepository masterKeys,
        InvalidationRepository invalidations,
        WebhookRepository webhooks,
        MaintenanceRepository maintenance) {

    /**
     * Builds them; nothing is sent to the database yet.
     *
     * @param listener is told what is committed through them
     */
    public static PgRepositories over(Database database, WriteConfig writes, CommitListener listener) {
        DocumentRepository documents = new PgDocumentRepository(
                database, lanes(database, new DocumentWriter(writes.creatorPermissions()), writes, listener));
        return new PgRepositories(
                new PgServiceRepository(database),
                documents,
                new PgPermissionRepository(database, documents),
                new PgAccountRepository(database),
                new PgApiKeyRepository(database),
                new PgMasterKeyRepository(database),
                new PgInvalidationRepository(database),
                new PgWebhookRepository(database),
                new PgMaintenanceRepository(database));
    }

    private static <C, R> WriteLanes<Keyed<C, R>, R> lanes(
            Database database, BatchWriter<C, R> writer, WriteConfig config, CommitListener listener) {
        WriteLane.Bounds bounds = new WriteLane.Bounds(config.batchSize(), config.queueSize());
        BatchWriter<Keyed<C, R>, R> idempotent = new IdempotentWriter<>(writer);
        return new WriteLanes<>(
                Stream.generate(() -> new WriteLane<>(new PgTransactions<>(database, idempotent), bounds, listener))
                        .limit(config.lanes())
                        .toList());
    }
}
