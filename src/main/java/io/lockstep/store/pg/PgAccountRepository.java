package io.lockstep.store.pg;

import io.lockstep.model.Account;
import io.lockstep.model.Credential;
import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import io.lockstep.store.AccountRepository;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts in PostgreSQL. */
final class PgAccountRepository implements AccountRepository {

    private static final Sql SQL = Sql.load("account");
    private static final String CREATE = SQL.get("create");
    private static final String GET = SQL.get("get");
    private static final String OLDEST = SQL.get("oldest");
    private static final String PAGE = SQL.get("page");
    private static final String SET_ACTIVE = SQL.get("setActive");
    private static final String SET_AUTH_TOKEN = SQL.get("setAuthToken");
    private static final String CREDENTIAL = SQL.get("credential");

    private final Database database;

    PgAccountRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<@Nullable Account> create(Sid sid, @Nullable String friendlyName, EncryptedSecret authToken) {
        Tuple row = Tuple.of(sid.id(), friendlyName, Buffer.buffer(authToken.bytes()), authToken.masterKeyId());
        return database.write(CREATE, row).map(rows -> Rows.oneOrNull(rows, PgAccountRepository::toAccount));
    }

    @Override
    public Future<@Nullable Account> get(Sid sid) {
        return database.read(GET, Tuple.of(sid.id())).map(rows -> Rows.oneOrNull(rows, PgAccountRepository::toAccount));
    }

    @Override
    public Future<@Nullable Account> oldest() {
        return database.read(OLDEST, Tuple.tuple()).map(rows -> Rows.oneOrNull(rows, PgAccountRepository::toAccount));
    }

    @Override
    public Future<List<Account>> page(@Nullable Sid after, int limit) {
        return database.read(PAGE, Tuple.of(Rows.after(after), limit))
                .map(rows -> Rows.all(rows, PgAccountRepository::toAccount));
    }

    @Override
    public Future<@Nullable Account> setActive(Sid sid, boolean active) {
        return database.write(SET_ACTIVE, Tuple.of(sid.id(), active, WriteIds.next()))
                .compose(rows -> changed(rows, sid));
    }

    @Override
    public Future<@Nullable Account> setAuthToken(Sid sid, EncryptedSecret authToken) {
        Tuple change = Tuple.of(sid.id(), Buffer.buffer(authToken.bytes()), authToken.masterKeyId(), WriteIds.next());
        return database.write(SET_AUTH_TOKEN, change).compose(rows -> changed(rows, sid));
    }

    /** No row: there is no such account, or an attempt whose answer was lost has changed it. */
    private Future<@Nullable Account> changed(RowSet<Row> rows, Sid sid) {
        return rows.size() == 0
                ? get(sid)
                : Future.succeededFuture(Rows.oneOrNull(rows, PgAccountRepository::toAccount));
    }

    @Override
    public Future<@Nullable Credential> credential(Sid sid) {
        return database.read(CREDENTIAL, Tuple.of(sid.id()))
                .map(rows -> Rows.oneOrNull(rows, row -> toCredential(row, Sid.Kind.ACCOUNT)));
    }

    static Credential toCredential(Row row, Sid.Kind kind) {
        return new Credential(
                Rows.sid(row, kind, "sid"),
                Rows.sid(row, Sid.Kind.ACCOUNT, "account_sid"),
                row.getBoolean("active"),
                Rows.secret(row, "secret", "master_key_id"));
    }

    private static Account toAccount(Row row) {
        return new Account(
                Rows.sid(row, Sid.Kind.ACCOUNT, "sid"),
                row.getString("friendly_name"),
                row.getBoolean("active"),
                Rows.instant(row, "date_created"));
    }
}
