package io.lockstep.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lockstep.model.Credential;
import io.lockstep.model.Sid;
import io.lockstep.store.AccountRepository;
import io.lockstep.store.ApiKeyRepository;
import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.InvalidationRepository.Invalidation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that one event loop has seen, bounded, so that a request costs no look-up. Belongs to that loop: none
 * of it is thread-safe. It answers from memory only while invalidations are known to arrive; else it asks the database
 * each time.
 */
public final class CredentialCache implements InvalidationRepository.Listener {

    private static final int MAX_ENTRIES = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofMinutes(10); // the last net below the invalidations
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);

    private final AccountRepository accounts;
    private final ApiKeyRepository apiKeys;
    private final SecretBox secretBox;
    private final BooleanSupplier invalidationsArrive;

    private final Cache<Sid, Entry> known = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(KNOWN_FOR)
            .executor(Runnable::run)
            .build();
    private final Cache<Sid, Boolean> unknown = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(UNKNOWN_FOR)
            .executor(Runnable::run)
            .build();
    private final Map<Sid, Future<@Nullable Entry>> loading = new HashMap<>(); // as many as requests in flight

    /**
     * @param invalidationsArrive whether what was invalidated a second ago has been told by now
     */
    public CredentialCache(
            AccountRepository accounts,
            ApiKeyRepository apiKeys,
            SecretBox secretBox,
            BooleanSupplier invalidationsArrive) {
        this.accounts = accounts;
        this.apiKeys = apiKeys;
        this.secretBox = secretBox;
        this.invalidationsArrive = invalidationsArrive;
    }

    /** The credential of a SID, its secret in clear; null when there is none. */
    Future<@Nullable Entry> get(Sid sid) {
        if (!invalidationsArrive.getAsBoolean()) {
            return load(sid);
        }
        Entry entry = known.getIfPresent(sid);
        if (entry != null || unknown.getIfPresent(sid) != null) {
            return Future.succeededFuture(entry);
        }
        Future<@Nullable Entry> pending = loading.get(sid);
        return pending == null ? loadAndRemember(sid) : pending;
    }

    private Future<@Nullable Entry> loadAndRemember(Sid sid) {
        Future<@Nullable Entry> load = load(sid);
        loading.put(sid, load);
        load.onComplete(done -> {
            if (loading.remove(sid, load) && done.succeeded()) { // else it was invalidated meanwhile
                remember(sid, done.result());
            }
        });
        return load;
    }

    private void remember(Sid sid, @Nullable Entry entry) {
        if (entry == null) {
            unknown.put(sid, true);
        } else {
            known.put(sid, entry);
        }
    }

    private Future<@Nullable Entry> load(Sid sid) {
        Future<@Nullable Credential> credential =
                sid.kind() == Sid.Kind.ACCOUNT ? accounts.credential(sid) : apiKeys.credential(sid);
        return credential.map(it -> it == null
                ? null
                : new Entry(it.accountSid(), it.accountActive(), secretBox.decrypt(it.sid(), it.secret())));
    }

    /** Forgets what an invalidation says; of an account also what its keys depend on. */
    @Override
    public void forget(Invalidation invalidation) {
        loading.clear(); // whatever is on its way may be older than this
        switch (invalidation.kind()) {
            case ACCOUNT -> {
                Sid account = new Sid(Sid.Kind.ACCOUNT, invalidation.subject());
                known.asMap().values().removeIf(entry -> entry.accountSid().equals(account));
                unknown.invalidate(account);
            }
            case API_KEY -> {
                Sid key = new Sid(Sid.Kind.API_KEY, invalidation.subject());
                known.invalidate(key);
                unknown.invalidate(key);
            }
            case SERVICE, PERMISSION -> {} // none is remembered here
        }
    }

    @Override
    public void forgetAll() {
        loading.clear();
        known.invalidateAll();
        unknown.invalidateAll();
    }

    /** What a user name stands for, with its secret. */
    @SuppressWarnings("ArrayRecordComponent") // compared in constant time, by its user
    record Entry(Sid accountSid, boolean accountActive, byte[] secret) {}
}
