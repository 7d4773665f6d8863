package io.lockstep.store;

import io.lockstep.model.Account;
import io.lockstep.model.Credential;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, as their operator sees them: they have no tenant above them, so no method takes a Caller. Futures of
 * accounts that are not there hold null.
 */
public interface AccountRepository {

    /** Stores a new account; null when its SID is there already. */
    Future<@Nullable Account> create(Sid sid, @Nullable String friendlyName, EncryptedSecret authToken);

    /** The account of that SID. */
    Future<@Nullable Account> get(Sid sid);

    /** The account that was created first. */
    Future<@Nullable Account> oldest();

    /** At most {@code limit} accounts by SID, those after {@code after} (null: from the first). */
    Future<List<Account>> page(@Nullable Sid after, int limit);

    /** Suspends or activates; every node knows within a second. */
    Future<@Nullable Account> setActive(Sid sid, boolean active);

    /** Replaces the auth token; the old one stops working within a second on every node. */
    Future<@Nullable Account> setAuthToken(Sid sid, EncryptedSecret authToken);

    /** What the SID stands for when it is the user name of a request. */
    Future<@Nullable Credential> credential(Sid sid);
}
