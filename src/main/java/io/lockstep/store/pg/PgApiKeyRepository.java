package io.lockstep.store.pg;

import io.lockstep.model.ApiKey;
import io.lockstep.model.Credential;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.lockstep.store.ApiKeyRepository;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API keys in PostgreSQL. */
final class PgApiKeyRepository implements ApiKeyRepository {

    private static final Sql SQL = Sql.load("api_key");
    private static final String CREATE = SQL.get("create");
    private static final String GET = SQL.get("get");
    private static final String PAGE = SQL.get("page");
    private static final String SET_SECRET = SQL.get("setSecret");
    private static final String DELETE = SQL.get("delete");
    private static final String CREDENTIAL = SQL.get("credential");

    private final Database database;

    PgApiKeyRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<@Nullable ApiKey> create(
            Sid sid, Sid accountSid, @Nullable String friendlyName, EncryptedSecret secret) {
        Tuple row =
                Tuple.of(sid.id(), accountSid.id(), friendlyName, Buffer.buffer(secret.bytes()), secret.masterKeyId());
        return database.write(CREATE, row).map(rows -> Rows.oneOrNull(rows, PgApiKeyRepository::toApiKey));
    }

    @Override
    public Future<@Nullable ApiKey> get(Sid sid) {
        return database.read(GET, Tuple.of(sid.id())).map(rows -> Rows.oneOrNull(rows, PgApiKeyRepository::toApiKey));
    }

    @Override
    public Future<List<ApiKey>> page(Sid accountSid, @Nullable Sid after, int limit) {
        return database.read(PAGE, Tuple.of(accountSid.id(), Rows.after(after), limit))
                .map(rows -> Rows.all(rows, PgApiKeyRepository::toApiKey));
    }

    @Override
    public Future<@Nullable ApiKey> setSecret(Sid sid, EncryptedSecret secret) {
        Tuple change = Tuple.of(sid.id(), Buffer.buffer(secret.bytes()), secret.masterKeyId(), WriteIds.next());
        return database.write(SET_SECRET, change)
                .compose(rows -> rows.size() == 0
                        ? get(sid) // there is none, or an attempt whose answer was lost has changed it
                        : Future.succeededFuture(Rows.oneOrNull(rows, PgApiKeyRepository::toApiKey)));
    }

    @Override
    public Future<Boolean> delete(Sid sid) {
        return database.write(DELETE, Tuple.of(sid.id())).map(rows -> rows.size() > 0);
    }

    @Override
    public Future<@Nullable Credential> credential(Sid sid) {
        return database.read(CREDENTIAL, Tuple.of(sid.id()))
                .map(rows -> Rows.oneOrNull(rows, row -> PgAccountRepository.toCredential(row, Sid.Kind.API_KEY)));
    }

    private static ApiKey toApiKey(Row row) {
        return new ApiKey(
                Rows.sid(row, Sid.Kind.API_KEY, "sid"),
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                row.getString("friendly_name"),
                Rows.instant(row, "date_created"));
    }
}
