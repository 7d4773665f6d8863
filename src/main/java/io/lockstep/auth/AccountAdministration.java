package io.lockstep.auth;

import static java.util.Objects.requireNonNull;

import io.lockstep.config.BootstrapConfig;
import io.lockstep.config.ConfigException;
import io.lockstep.model.Account;
import io.lockstep.model.ApiKey;
import io.lockstep.model.Credential;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.MasterKeyRepository;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes accounts and keys, with secrets that are shown once and stored encrypted. */
public final class AccountAdministration {

    private static final int SECRET_BYTES = 16; // 32 hexadecimal digits, as Twilio's

    private final SecureRandom random = new SecureRandom();
    private final AccountRepository accounts;
    private final ApiKeyRepository apiKeys;
    private final MasterKeyRepository masterKeys;
    private final SecretBox secretBox;

    public AccountAdministration(
            AccountRepository accounts, ApiKeyRepository apiKeys, MasterKeyRepository masterKeys, SecretBox secretBox) {
        this.accounts = accounts;
        this.apiKeys = apiKeys;
        this.masterKeys = masterKeys;
        this.secretBox = secretBox;
    }

    /** Fails with {@link ConfigException} when the stored secrets are under another master key than ours. */
    public Future<Void> checkMasterKey() {
        return masterKeys
                .register(secretBox.canary())
                .compose(
                        canary -> secretBox.opens(canary)
                                ? Future.succeededFuture()
                                : Future.failedFuture(
                                        new ConfigException(
                                                "LOCKSTEP_MASTER_KEY",
                                                "(or what LOCKSTEP_MASTER_KEY_FILE holds) is not the one that this database's secrets are encrypted under")));
    }

    /** A new account and its auth token. */
    public Future<Issued> createAccount(@Nullable String friendlyName) {
        Sid sid = Sid.generate(Sid.Kind.ACCOUNT);
        String token = newSecret();
        return accounts.create(sid, friendlyName, secretBox.encrypt(sid, token)).map(new Issued(sid, token));
    }

    /** A new auth token for an account; null when there is no such account. */
    public Future<@Nullable Issued> rotateToken(Sid account) {
        String token = newSecret();
        return accounts.setAuthToken(account, secretBox.encrypt(account, token))
                .map(found -> found == null ? null : new Issued(account, token));
    }

    /** A new key of an account and its secret; null when there is no such account. */
    public Future<@Nullable Issued> createKey(Sid account, @Nullable String friendlyName) {
        Sid sid = Sid.generate(Sid.Kind.API_KEY);
        String secret = newSecret();
        return accounts.get(account)
                .compose(found -> found == null
                        ? Future.succeededFuture()
                        : apiKeys.create(sid, account, friendlyName, secretBox.encrypt(sid, secret))
                                .map(new Issued(sid, secret)));
    }

    /** An account's auth token in clear, for the banner; null when there is no such account. */
    public Future<@Nullable String> authToken(Sid account) {
        return accounts.credential(account).map(it -> it == null ? null : clear(account, it.secret()));
    }

    /**
     * An access token for trying things out, signed with the key that an account has had longest. Fails with
     * IllegalStateException when it has none.
     *
     * @param account null for the one that was there first
     * @param ttl at most {@link AccessTokens#LONGEST}
     */
    public Future<String> mintToken(@Nullable Sid account, String identity, ServiceName service, Duration ttl) {
        Future<@Nullable Sid> owner = account == null
                ? accounts.oldest().map(it -> it == null ? null : it.sid())
                : Future.succeededFuture(account);
        return owner.compose(it -> it == null ? Future.succeededFuture(List.<ApiKey>of()) : apiKeys.page(it, null, 1))
                .compose(keys -> keys.isEmpty()
                        ? Future.failedFuture(new IllegalStateException("there is no API key that could sign a token"))
                        : apiKeys.credential(keys.get(0).sid()))
                .map(key -> sign(requireNonNull(key, "deleted meanwhile"), identity, service, ttl));
    }

    private String sign(Credential key, String identity, ServiceName service, Duration ttl) {
        Instant now = Instant.now();
        AccessToken token = new AccessToken(key.accountSid(), key.sid(), identity, service, now.plus(ttl));
        return AccessTokens.sign(token, now, secretBox.decrypt(key.sid(), key.secret()));
    }

    private String clear(Sid owner, EncryptedSecret secret) {
        return new String(secretBox.decrypt(owner, secret), StandardCharsets.UTF_8);
    }

    /** Sees to it that the account and key of the configuration are there, with those secrets. */
    public Future<Void> ensure(BootstrapConfig config) {
        if (config.accountSid() == null || config.authToken() == null) {
            return Future.succeededFuture();
        }
        Sid account = sid(Sid.Kind.ACCOUNT, config.accountSid());
        return ensureAccount(account, config.authToken())
                .compose(ignored -> config.apiKeySid() == null || config.apiKeySecret() == null
                        ? Future.succeededFuture()
                        : ensureKey(sid(Sid.Kind.API_KEY, config.apiKeySid()), account, config.apiKeySecret()));
    }

    private Future<Void> ensureAccount(Sid sid, String token) {
        return accounts.create(sid, null, secretBox.encrypt(sid, token))
                .compose(created -> created != null ? Future.<@Nullable String>succeededFuture(token) : authToken(sid))
                .compose(current -> token.equals(current)
                        ? Future.<@Nullable Account>succeededFuture()
                        : accounts.setAuthToken(sid, secretBox.encrypt(sid, token)))
                .mapEmpty();
    }

    private Future<Void> ensureKey(Sid sid, Sid account, String secret) {
        return apiKeys.create(sid, account, null, secretBox.encrypt(sid, secret))
                .compose(created -> apiKeys.credential(sid))
                .compose(stored -> {
                    if (stored == null || !stored.accountSid().equals(account)) {
                        return Future.failedFuture(
                                new ConfigException("LOCKSTEP_API_KEY_SID", "is the key of another account"));
                    }
                    return secret.equals(clear(sid, stored.secret()))
                            ? Future.<@Nullable ApiKey>succeededFuture()
                            : apiKeys.setSecret(sid, secretBox.encrypt(sid, secret));
                })
                .mapEmpty();
    }

    private static Sid sid(Sid.Kind kind, String text) {
        Sid sid = Sid.parse(kind, text);
        if (sid == null) {
            throw new IllegalArgumentException("the configuration has been checked: " + text);
        }
        return sid;
    }

    private String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Something new, and its secret, which is shown now and never again. */
    public record Issued(Sid sid, String secret) {

        @Override
        public String toString() {
            return "Issued[" + sid + "]";
        }
    }
}
