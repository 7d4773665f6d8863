package io.lockstep.e2e;

import io.lockstep.auth.AccountAdministration.Issued;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** A server for the tests that do nothing but send requests. It runs from its first use to the last test. */
final class SharedServer {

    private static final Map<String, String> SETTINGS = settings();
    private static final ServerProcess SERVER = ServerProcess.start(SETTINGS);

    private SharedServer() {}

    private static Map<String, String> settings() {
        Map<String, String> settings =
                new HashMap<>(Bootstrap.settings(SharedPostgres.newDatabase(), TestRun.newPath("master-key")));
        settings.put("LOCKSTEP_STREAM_WEBHOOKS", "on");
        settings.put("LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow"); // receivers are on this machine
        return settings;
    }

    /** With the account that it was told to have. */
    static Api api() {
        return Bootstrap.api(SERVER);
    }

    /** With an account that owns nothing yet. */
    static Api newAccount() {
        Issued account = Bootstrap.newAccount(SETTINGS);
        return api().as(account.sid().toString(), account.secret());
    }

    /** What programs that use the SDK are told: the server, an account that owns nothing yet, and a key of it. */
    static Map<String, String> sdkEnvironment(String version) {
        Issued account = Bootstrap.newAccount(SETTINGS);
        Issued key = Bootstrap.newKey(SETTINGS, account.sid());
        return sdkEnvironment(version, SERVER, account, key);
    }

    /** Of the default Service, as the programs are told. */
    static void switchAccessControl(Map<String, String> environment) {
        new Api(
                        URI.create(environment.get("SERVER_URL")),
                        environment.get("ACCOUNT_SID"),
                        environment.get("AUTH_TOKEN"))
                .post(
                        "/v1/Services/default",
                        "AclEnabled=" + environment.get("ACCESS_CONTROL").equals("on"));
    }

    /** The same for another server. */
    static Map<String, String> sdkEnvironment(String version, ServerProcess server, Issued account, Issued key) {
        return sdkEnvironment(version, server.address(), account, key);
    }

    static Map<String, String> sdkEnvironment(String version, URI address, Issued account, Issued key) {
        return Map.of(
                "SERVER_URL", address.toString(),
                "ACCOUNT_SID", account.sid().toString(),
                "AUTH_TOKEN", account.secret(),
                "KEY_SID", key.sid().toString(),
                "KEY_SECRET", key.secret(),
                "SDK", version);
    }
}
