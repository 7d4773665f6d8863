package io.lockstep.store.pg;

import io.lockstep.model.EncryptedSecret;
import io.lockstep.store.MasterKeyRepository;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;

/** The master key's canary in PostgreSQL. */
final class PgMasterKeyRepository implements MasterKeyRepository {

    private static final Sql SQL = Sql.load("master_key");
    private static final String REGISTER = SQL.get("register");
    private static final String ACTIVE = SQL.get("active");

    private final Database database;

    PgMasterKeyRepository(Database database) {
        this.database = database;
    }

    @Override
    public Future<EncryptedSecret> register(EncryptedSecret canary) {
        return database.write(REGISTER, Tuple.of(canary.masterKeyId(), Buffer.buffer(canary.bytes())))
                .compose(ignored -> database.read(ACTIVE, Tuple.tuple()))
                .map(rows -> Rows.secret(rows.iterator().next(), "canary", "id"));
    }
}
