package io.lockstep.store;

import io.lockstep.model.ApiKey;
import io.lockstep.model.Credential;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API keys, as their operator sees them. Futures of keys that are not there hold null. */
public interface ApiKeyRepository {

    /** Stores a new key; null when its SID is there already. The account must exist. */
    Future<@Nullable ApiKey> create(Sid sid, Sid accountSid, @Nullable String friendlyName, EncryptedSecret secret);

    /** The key of that SID. */
    Future<@Nullable ApiKey> get(Sid sid);

    /** At most {@code limit} keys of an account by SID, those after {@code after} (null: from the first). */
    Future<List<ApiKey>> page(Sid accountSid, @Nullable Sid after, int limit);

    /** Replaces the secret; the old one stops working within a second on every node. */
    Future<@Nullable ApiKey> setSecret(Sid sid, EncryptedSecret secret);

    /** Whether there was such a key; it stops working within a second on every node. */
    Future<Boolean> delete(Sid sid);

    /** What the SID stands for when it is the user name of a request. */
    Future<@Nullable Credential> credential(Sid sid);
}
