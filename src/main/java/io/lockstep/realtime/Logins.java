package io.lockstep.realtime;

import io.lockstep.auth.AccessToken;
import io.lockstep.auth.AccessTokens;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.ClientSocket;
import io.lockstep.model.Sid;
import io.lockstep.store.ServiceRepository;
import io.vertx.core.Future;
import java.util.UUID;

/**
 * Who may come in: the token, and the Service that it is for. When all clients of a node that was restarted come at once they
 * are looked at some at a time; the others wait, at most as many as there are sockets.
 */
final class Logins {

    private static final int MAX_UNDER_WAY = 512;

    private final AccessTokens tokens;
    private final ServiceRepository services;
    private final Turns turns = new Turns(MAX_UNDER_WAY);

    Logins(AccessTokens tokens, ServiceRepository services) {
        this.tokens = tokens;
        this.services = services;
    }

    /** Fails as {@link AccessTokens#verify} does, and with TOKEN_SERVICE_MISSING when its Service is not there. */
    Future<Login> verify(String token) {
        return turns.run(() -> look(token));
    }

    private Future<Login> look(String token) {
        return tokens.verify(token)
                .compose(verified -> services.get(new Caller.Backend(verified.accountSid()), verified.service())
                        .map(service -> new Login(token, verified, service.sid()))
                        .recover(Logins::withoutService));
    }

    private static Future<Login> withoutService(Throwable cause) {
        return cause instanceof SyncException refused && refused.errorCode() == ErrorCode.NOT_FOUND
                ? SyncException.failedFuture(
                        ErrorCode.TOKEN_SERVICE_MISSING, "Access Token is for a Service Instance that is not there")
                : Future.failedFuture(cause);
    }

    /**
     * Somebody who may.
     *
     * @param text the token as it was sent
     * @param service the one that it is for, also where the token says {@code default}
     */
    record Login(String text, AccessToken token, Sid service) {

        /** Whether another token is for the same identity of the same Service. */
        boolean isSameAs(Login other) {
            return service.equals(other.service) && token.identity().equals(other.token.identity());
        }

        /** A new socket of theirs. */
        ClientSocket socket(String endpoint) {
            return new ClientSocket(token.accountSid(), service, token.identity(), endpoint, UUID.randomUUID());
        }

        @Override
        public String toString() {
            return "Login[" + service + "]"; // a token is a secret
        }
    }
}
