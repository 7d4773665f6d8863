package io.lockstep.e2e;

import io.lockstep.app.Administration;
import io.lockstep.app.Administration.Tools;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.config.Config;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.model.Sid;
import io.lockstep.testing.Futures;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** The account and key that a server on a given database is told to have, and the settings that tell it. */
final class Bootstrap {

    static final String ACCOUNT = "AC" + "0a".repeat(16);
    static final String TOKEN = "an-auth-token";
    static final String KEY = "SK" + "0b".repeat(16);
    static final String KEY_SECRET = "a-key-secret-that-has-thirty-two-bytes-or-more";

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

    /** Does to the server of those settings what a command does, without a process for it. */
    static <T> T administer(Map<String, String> settings, Function<Tools, Future<T>> command) {
        return Futures.await(Administration.run(Config.from(settings), command));
    }

    /** An account that owns nothing yet. */
    static Issued newAccount(Map<String, String> settings) {
        return administer(settings, tools -> tools.administration().createAccount("test"));
    }

    static Issued newKey(Map<String, String> settings, Sid account) {
        return administer(settings, tools -> tools.administration().createKey(account, "test"));
    }
}
