package io.lockstep.store;

import io.lockstep.model.EncryptedSecret;
import io.vertx.core.Future;

/** Which master key the stored secrets are encrypted under. */
public interface MasterKeyRepository {

    /**
     * Registers a canary unless one is there, and returns the one that counts: a server that cannot decrypt it has
     * another master key.
     */
    Future<EncryptedSecret> register(EncryptedSecret canary);
}
