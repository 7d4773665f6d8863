package io.lockstep.auth;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.vertx.core.Future;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Tells the account that a request's Basic credentials are of. Belongs to one event loop, like its cache. */
public final class Authenticator {

    private static final byte[] NOBODY = new byte[32]; // compared with, so that an unknown user takes as long

    private final CredentialCache credentials;

    public Authenticator(CredentialCache credentials) {
        this.credentials = credentials;
    }

    /**
     * Fails with UNAUTHORIZED, always in the same words, when anything is wrong with the credentials; with
     * ACCOUNT_NOT_ACTIVE when they are right and the account is suspended.
     *
     * @param header the {@code Authorization} header, null when there is none
     */
    public Future<Caller> authenticate(@Nullable String header) {
        BasicCredentials given = BasicCredentials.parse(header);
        return given == null ? refused() : credentials.get(given.sid()).compose(entry -> check(entry, given.secret()));
    }

    private static Future<Caller> check(CredentialCache.@Nullable Entry entry, byte[] secret) {
        boolean same = MessageDigest.isEqual(secret, entry == null ? NOBODY : entry.secret());
        if (entry == null || !same) {
            return refused();
        }
        return entry.accountActive()
                ? Future.succeededFuture(new Caller.Backend(entry.accountSid()))
                : SyncException.failedFuture(ErrorCode.ACCOUNT_NOT_ACTIVE, "Account not active");
    }

    private static Future<Caller> refused() {
        return SyncException.failedFuture(ErrorCode.UNAUTHORIZED, "Authenticate");
    }
}
