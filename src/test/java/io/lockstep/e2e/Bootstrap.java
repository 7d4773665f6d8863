package io.lockstep.e2e;

import io.lockstep.app.Administration;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.config.Config;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.testing.Futures;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** The account and key that a server on a given database is told to have, and the settings that tell it. */
final class Bootstrap {

    static final String ACCOUNT = "AC" + "0a".repeat(16);
    static final String TOKEN = "an-auth-token";
    static final String KEY = "SK" + "0b".repeat(16);
    static final String KEY_SECRET = "a-key-secret";

    private Bootstrap() {}

    static Map<String, String> settings(PostgresAddress database, Path masterKeyFile) {
        return settings(database.uri(), masterKeyFile);
    }

    static Map<String, String> settings(String databaseUrl, Path masterKeyFile) {
        return Map.of(
                "LOCKSTEP_DATABASE_URL", databaseUrl,
                "LOCKSTEP_MASTER_KEY_FILE", masterKeyFile.toString(),
                "LOCKSTEP_ACCOUNT_SID", ACCOUNT,
                "LOCKSTEP_AUTH_TOKEN", TOKEN,
                "LOCKSTEP_API_KEY_SID", KEY,
                "LOCKSTEP_API_KEY_SECRET", KEY_SECRET);
    }

    static Api api(ServerProcess server) {
        return api(server.address());
    }

    static Api api(URI address) {
        return new Api(address, ACCOUNT, TOKEN);
    }

    /** Another account in the database of a server with those settings, made as the command line does it, but here. */
    static Issued newAccount(Map<String, String> settings) {
        return Futures.await(Administration.run(
                Config.from(settings), tools -> tools.administration().createAccount("test")));
    }
}
