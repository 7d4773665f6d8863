package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.SyncService;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The Services of all accounts; a caller meets those of its own. A method that names a Service that is not there fails
 * with {@link ErrorCode#NOT_FOUND}, except that the default Service comes into being when it is read or updated. Every
 * method fails with {@link ErrorCode#UNAVAILABLE} when the database cannot be reached and nothing was done, and every
 * write with {@link io.lockstep.error.UnknownOutcomeException} when it was lost in between. A
 * write that is to be done once fails with {@link RepeatedException} when its key has been used, and with
 * {@link ErrorCode#IDEMPOTENCY_KEY_REUSED} when that was for another.
 */
public interface ServiceRepository {

    /** A new Service; what the patch leaves out takes its default. */
    Future<SyncService> create(Caller caller, ServicePatch settings, @Nullable Once<SyncService> once);

    /** The same, as often as it is sent. */
    default Future<SyncService> create(Caller caller, ServicePatch settings) {
        return create(caller, settings, null);
    }

    /** The Service as it is now. */
    Future<SyncService> get(Caller caller, ServiceName name);

    /** Changes what the patch gives; an empty one changes nothing. */
    Future<SyncService> update(Caller caller, ServiceName name, ServicePatch patch, @Nullable Once<SyncService> once);

    /** The same, as often as it is sent. */
    default Future<SyncService> update(Caller caller, ServiceName name, ServicePatch patch) {
        return update(caller, name, patch, null);
    }

    /** Hides the Service at once and leaves its rows to the purge. Deleting the default never makes one first. */
    Future<Void> delete(Caller caller, ServiceName name);

    /** Services in the order of their creation; cursor keys are their SIDs. */
    Future<Page<SyncService>> page(Caller caller, PageRequest request);
}
