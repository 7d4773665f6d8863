package io.lockstep.store.pg;

import io.lockstep.model.Document;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.MasterKeyRepository;
import io.lockstep.store.PermissionRepository;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.pg.lane.WriteLane;
import io.lockstep.store.pg.lane.WriteLanes;
import io.lockstep.write.DocumentCommand;
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
        MaintenanceRepository maintenance) {

    private static final int LANES = 2;
    private static final WriteLane.Bounds BOUNDS = new WriteLane.Bounds(64, 1024);

    private static WriteLanes<Keyed<DocumentCommand, Document>, Document> documentLanes(Database database) {
        return new WriteLanes<>(Stream.generate(() -> new WriteLane<>(
                        new PgTransactions<>(database, new IdempotentWriter<>(new DocumentWriter())),
                        BOUNDS,
                        changes -> {}))
                .limit(LANES)
                .toList());
    }

    /** Builds them; nothing is sent to the database yet. */
    public static PgRepositories over(Database database) {
        DocumentRepository documents = new PgDocumentRepository(database, documentLanes(database));
        return new PgRepositories(
                new PgServiceRepository(database),
                documents,
                new PgPermissionRepository(database, documents),
                new PgAccountRepository(database),
                new PgApiKeyRepository(database),
                new PgMasterKeyRepository(database),
                new PgInvalidationRepository(database),
                new PgMaintenanceRepository(database));
    }
}
