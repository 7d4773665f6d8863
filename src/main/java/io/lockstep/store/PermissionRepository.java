package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Permission;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What identities may do with objects; set by backends, whether or not the Service applies them. A method that names an
 * object that is not there fails as its own repository does, one that names an entry that is not there with
 * {@link ErrorCode#PERMISSION_NOT_FOUND}.
 */
public interface PermissionRepository {

    /**
     * Sets the rights of an identity, whatever they were. If it is to be done once it fails with
     * {@link RepeatedException} when the key has been used, and with {@link ErrorCode#IDEMPOTENCY_KEY_REUSED} when that
     * was for another.
     */
    Future<Permission> put(
            Caller caller,
            Sid service,
            SidOrUniqueName object,
            String identity,
            Rights rights,
            @Nullable Once<Permission> once);

    /** The entry of an identity. */
    Future<Permission> get(Caller caller, Sid service, SidOrUniqueName object, String identity);

    /** Removes an entry, which is the same as withdrawing all rights. */
    Future<Void> delete(Caller caller, Sid service, SidOrUniqueName object, String identity);

    /** The entries of an object by identity, which is their cursor key. */
    Future<Page<Permission>> page(Caller caller, Sid service, SidOrUniqueName object, PageRequest request);
}
