package io.lockstep.store.pg;

import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.MaintenanceRepository;
import io.lockstep.store.MasterKeyRepository;
import io.lockstep.store.ServiceRepository;

/** All repositories over one event loop's connections. */
public record PgRepositories(
        ServiceRepository services,
        AccountRepository accounts,
        ApiKeyRepository apiKeys,
        MasterKeyRepository masterKeys,
        InvalidationRepository invalidations,
        MaintenanceRepository maintenance) {

    /** Builds them; nothing is sent to the database yet. */
    public static PgRepositories over(Database database) {
        return new PgRepositories(
                new PgServiceRepository(database),
                new PgAccountRepository(database),
                new PgApiKeyRepository(database),
                new PgMasterKeyRepository(database),
                new PgInvalidationRepository(database),
                new PgMaintenanceRepository(database));
    }
}
