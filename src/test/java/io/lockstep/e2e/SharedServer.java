package io.lockstep.e2e;

import io.lockstep.auth.AccountAdministration.Issued;
import java.util.Map;

/** A server for the tests that do nothing but send requests. It runs from its first use to the last test. */
final class SharedServer {

    private static final Map<String, String> SETTINGS =
            Bootstrap.settings(SharedPostgres.newDatabase(), TestRun.newPath("master-key"));
    private static final ServerProcess SERVER = ServerProcess.start(SETTINGS);

    private SharedServer() {}

    /** With the account that it was told to have. */
    static Api api() {
        return Bootstrap.api(SERVER);
    }

    /** With an account that owns nothing yet. */
    static Api newAccount() {
        Issued account = Bootstrap.newAccount(SETTINGS);
        return api().as(account.sid().toString(), account.secret());
    }
}
