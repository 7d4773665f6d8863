package io.lockstep.auth;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.CredentialCache.Entry;
import io.lockstep.model.Credential;
import io.lockstep.model.Sid;
import io.lockstep.store.InvalidationRepository.Invalidation;
import io.lockstep.store.InvalidationRepository.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class CredentialCacheTest {

    private final SecretBox box = new SecretBox(new MasterKey(new byte[32]));
    private final Sid key = Sid.generate(Sid.Kind.API_KEY);
    private final Sid account = Sid.generate(Sid.Kind.ACCOUNT);
    private final Store store = new Store();
    private boolean invalidationsArrive = true;

    @SuppressWarnings("DataFlowIssue") // no account is looked up
    private final CredentialCache cache = new CredentialCache(null, store, box, () -> invalidationsArrive);

    @Test
    void looksACredentialUpOnce() {
        Future<Entry> first = cache.get(key);
        Future<Entry> atOnce = cache.get(key);
        store.answer(credential("s"));

        assertThat(secret(first)).isEqualTo("s");
        assertThat(secret(atOnce)).isEqualTo("s");
        assertThat(secret(cache.get(key))).isEqualTo("s");
        assertThat(store.asked).isEqualTo(1);
    }

    @Test
    void looksUpAgainWhatWasInvalidated() {
        Future<Entry> first = cache.get(key);
        store.answer(credential("old"));
        await(first);

        cache.forget(new Invalidation(Kind.API_KEY, key.id()));
        Future<Entry> second = cache.get(key);
        store.answer(credential("new"));

        assertThat(secret(second)).isEqualTo("new");
    }

    @Test
    void forgetsTheKeysOfAnAccountWithIt() {
        Future<Entry> first = cache.get(key);
        store.answer(credential("s"));
        await(first);

        cache.forget(new Invalidation(Kind.ACCOUNT, account.id()));
        cache.get(key);

        assertThat(store.asked).isEqualTo(2);
    }

    /** The look-up read the row before it was changed, and its answer arrives after the invalidation. */
    @Test
    void doesNotRememberWhatWasInvalidatedOnItsWay() {
        Future<Entry> slow = cache.get(key);
        cache.forget(new Invalidation(Kind.API_KEY, key.id()));
        store.answer(credential("old"));
        await(slow);

        Future<Entry> next = cache.get(key);
        store.answer(credential("new"));

        assertThat(secret(next)).isEqualTo("new");
    }

    @Test
    void remembersForAMomentThatThereIsNone() {
        Future<Entry> first = cache.get(key);
        store.answer(null);

        assertThat(await(first)).isNull();
        assertThat(await(cache.get(key))).isNull();
        assertThat(store.asked).isEqualTo(1);
    }

    @Test
    void remembersNothingWhileInvalidationsDoNotArrive() {
        Future<Entry> first = cache.get(key);
        store.answer(credential("s"));
        await(first);
        invalidationsArrive = false;

        cache.get(key);
        store.answer(credential("s"));
        cache.get(key);

        assertThat(store.asked).isEqualTo(3);
    }

    @Test
    void doesNotRememberAFailure() {
        Future<Entry> first = cache.get(key);
        store.fail();

        assertThat(first.failed()).isTrue();
        cache.get(key);
        assertThat(store.asked).isEqualTo(2);
    }

    private Credential credential(String secret) {
        return new Credential(key, account, true, box.encrypt(key, secret));
    }

    private static String secret(Future<Entry> entry) {
        return new String(await(entry).secret());
    }

    /** Answers when the test says so. */
    private static final class Store extends KeysToLookUp {

        private final Deque<Promise<Credential>> waiting = new ArrayDeque<>();
        private int asked;

        void answer(Credential credential) {
            waiting.remove().complete(credential);
        }

        void fail() {
            waiting.remove().fail("no database");
        }

        @Override
        public Future<Credential> credential(Sid sid) {
            asked++;
            Promise<Credential> promise = Promise.promise();
            waiting.add(promise);
            return promise.future();
        }
    }
}
