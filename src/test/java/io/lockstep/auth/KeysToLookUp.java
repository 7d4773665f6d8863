package io.lockstep.auth;

import io.lockstep.model.ApiKey;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.lockstep.store.ApiKeyRepository;
import io.vertx.core.Future;
import java.util.List;

/** Keys whose credentials are looked up, and of which nothing else is asked. */
abstract class KeysToLookUp implements ApiKeyRepository {

    @Override
    public Future<ApiKey> create(Sid sid, Sid accountSid, String friendlyName, EncryptedSecret secret) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<ApiKey> get(Sid sid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<ApiKey>> page(Sid accountSid, Sid after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<ApiKey> setSecret(Sid sid, EncryptedSecret secret) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Boolean> delete(Sid sid) {
        throw new UnsupportedOperationException();
    }
}
