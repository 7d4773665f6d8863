package io.lockstep.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands beside {@code serve}, most of them beside a running server. */
@Timeout(120)
class CommandLineTest {

    /** The product says a second; the rest is for the look of the test at a busy machine. */
    private static final Duration WITHIN_A_SECOND = Duration.ofMillis(1250);

    @AutoClose
    private static ServerProcess server;

    private static Api firstAccount;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(
                Map.of("LOCKSTEP_DATA_DIR", Preparation.usedDataDirectory().toString()));
        firstAccount = Preparation.firstAccountAt(server.address());
    }

    @Test
    void helpAndVersionEndWell() {
        Command help = Command.run(Map.of(), "--help");
        Command version = Command.run(Map.of(), "--version");

        assertThat(help.exitCode()).isZero();
        assertThat(help.output()).contains("serve", "account", "key", "docs/configuration.md");
        assertThat(help.errors()).isEmpty();
        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).matches("lockstep \\d\\S+\n");
    }

    @Test
    void whatIsNoCommandEndsWithTwo() {
        Command unknown = Command.run(Map.of(), "acount", "list");

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.output()).isEmpty();
        assertThat(unknown.errors()).contains("acount");
    }

    @Test
    void whatIsNoSidEndsWithTwo() {
        Command bad = Command.run(server.settings(), "account", "suspend", "SK" + "0".repeat(32));

        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.errors()).contains("SK000").hasLineCount(1);
    }

    @Test
    void anAccountThatIsNotThereEndsWithOne() {
        String nobody = "AC" + "0".repeat(32);

        Command missing = Command.run(server.settings(), "key", "create", "--account", nobody);

        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.output()).isEmpty();
        assertThat(missing.errors()).contains(nobody).hasLineCount(1);
    }

    @Test
    void withoutAServerACommandRunsTheDatabaseForItsOwnTime() {
        Path directory = Preparation.newDataDirectory();
        Map<String, String> nobodyServes = Map.of("LOCKSTEP_DATA_DIR", directory.toString());

        String created = Command.runWell(nobodyServes, "account", "create", "--name", "Early")
                .value("Account SID");
        Command listed = Command.runWell(nobodyServes, "account", "list");

        assertThat(listed.output()).containsPattern("(?m)^" + created + "  active .* Early$");
        assertThat(listed.errors()).isEmpty();
        assertThat(DatabaseProcess.find(directory)).isEmpty();
    }

    @Nested
    class AnAccount {

        @Test
        void isServedAtOnceAndListed() {
            Command created = Command.runWell(server.settings(), "account", "create", "--name", "Ours");
            String sid = created.value("Account SID");
            Api api = firstAccount.as(sid, created.value("Auth token"));
            assertThat(api.get("/v1/Services").statusCode()).isEqualTo(200);
            assertThat(created.errors()).isEmpty();

            Command listed = Command.runWell(server.settings(), "account", "list");

            assertThat(listed.output())
                    .containsPattern("(?m)^" + sid + "  active .* Ours$")
                    .containsPattern("(?m)^" + firstAccount.user() + "  active .* First account$")
                    .doesNotContain(api.password(), firstAccount.password());
        }

        @Test
        void isRefusedWhileItIsSuspended() {
            Issued account = Bootstrap.newAccount(server.settings());
            Issued key = Bootstrap.newKey(server.settings(), account.sid());
            String sid = account.sid().toString();
            Api api = as(account);
            Api withKey = as(key);
            assertThat(api.get("/v1/Services").statusCode()).isEqualTo(200);
            assertThat(withKey.get("/v1/Services").statusCode()).isEqualTo(200);

            Command suspended = Command.runWell(server.settings(), "account", "suspend", sid);

            assertThat(suspended.output()).startsWith(sid + "  suspended ");
            Poll.until(
                    "it is refused",
                    WITHIN_A_SECOND,
                    () -> is(api.get("/v1/Services"), 401, 20005) && is(withKey.get("/v1/Services"), 401, 20005));
            assertThat(is(api.as(sid, "wrong").get("/v1/Services"), 401, 20003)).isTrue();

            Command.runWell(server.settings(), "account", "activate", sid);

            Poll.until(
                    "it is served again",
                    WITHIN_A_SECOND,
                    () -> api.get("/v1/Services").statusCode() == 200);
        }

        @Test
        void isRefusedWithItsOldTokenOnceThatIsRotated() {
            Issued account = Bootstrap.newAccount(server.settings());
            String sid = account.sid().toString();
            Api api = as(account);
            assertThat(api.get("/v1/Services").statusCode()).isEqualTo(200);

            String token = Command.runWell(server.settings(), "account", "rotate-token", sid)
                    .value("Auth token");

            Poll.until("the old one is refused", WITHIN_A_SECOND, () -> is(api.get("/v1/Services"), 401, 20003));
            assertThat(api.as(sid, token).get("/v1/Services").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class AToken {

        @Test
        void isMintedForAnIdentityOfAService() {
            String service = "IS" + "0c".repeat(16);
            Command minted = Command.runWell(
                    server.settings(), "token", "mint", "--identity", "Zoë", "--service", service, "--ttl", "60");

            String[] parts = minted.output().strip().split("\\.", -1);
            JsonObject claims = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
            assertThat(parts).hasSize(3);
            assertThat(claims.getString("sub")).isEqualTo(firstAccount.user());
            assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(60);
            assertThat(claims.getJsonObject("grants"))
                    .isEqualTo(new JsonObject()
                            .put("identity", "Zoë")
                            .put("data_sync", new JsonObject().put("service_sid", service)));
        }

        @Test
        void isRefusedToNobodyForNothingOrForTooLong() {
            for (String[] wrong : new String[][] {
                {"--identity", ""},
                {"--identity", "alice", "--service", "other"},
                {"--identity", "alice", "--ttl", "86401"}
            }) {
                String[] command = Stream.concat(Stream.of("token", "mint"), Stream.of(wrong))
                        .toArray(String[]::new);

                assertThat(Command.run(server.settings(), command).exitCode())
                        .as(String.join(" ", wrong))
                        .isEqualTo(2);
            }
        }
    }

    @Nested
    class AKey {

        private final String account = firstAccount.user();

        @Test
        void isServedListedAndDeleted() {
            Command created =
                    Command.runWell(server.settings(), "key", "create", "--account", account, "--name", "Mobile");
            String sid = created.value("Key SID");
            Api api = firstAccount.as(sid, created.value("Key secret"));
            assertThat(api.get("/v1/Services").statusCode()).isEqualTo(200);

            Command listed = Command.runWell(server.settings(), "key", "list", "--account", account);

            assertThat(listed.output())
                    .containsPattern("(?m)^" + sid + " .* Mobile$")
                    .containsPattern("(?m)^SK[0-9a-f]{32} .* First key$")
                    .doesNotContain(api.password());

            Command.runWell(server.settings(), "key", "delete", sid);

            Poll.until("it is refused", WITHIN_A_SECOND, () -> is(api.get("/v1/Services"), 401, 20003));
            assertThat(firstAccount.get("/v1/Services").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class ARestoredDatabase {

        @Test
        void isMovedForwardAndServedAgain() {
            Map<String, String> settings =
                    Map.of("LOCKSTEP_DATA_DIR", Preparation.usedDataDirectory().toString());
            String document;
            try (ServerProcess before = ServerProcess.start(settings)) {
                Api api = Preparation.firstAccountAt(before.address());
                String documents = "/v1/Services/default/Documents";
                document = documents + "/" + Api.json(api.post(documents, "")).getString("sid");
                before.stop();
            }

            Command first = Command.runWell(settings, "database", "restored");
            Command second = Command.runWell(settings, "database", "restored", "--by", "16");

            assertThat(first.errors()).isEmpty();
            assertThat(first.value("Documents")).isEqualTo("1");
            assertThat(first.value("Collections")).isEqualTo("0");
            assertThat(first.value("Items")).isEqualTo("0");
            assertThat(Long.parseLong(second.value("Epoch"))).isGreaterThan(Long.parseLong(first.value("Epoch")));
            try (ServerProcess after = ServerProcess.start(settings)) {
                HttpResponse<String> restored =
                        Preparation.firstAccountAt(after.address()).get(document);
                assertThat(Api.json(restored).getString("revision")).isEqualTo(Integer.toHexString(1_000_016));
            }
        }

        @Test
        void isLeftAloneBesideARunningServer() {
            Command refused = Command.run(server.settings(), "database", "restored");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).isEmpty();
            assertThat(refused.errors()).startsWith("lockstep: 1 node lives: ").hasLineCount(1);
        }

        @Test
        void isMovedByNothingThatIsNoDistance() {
            for (String wrong : new String[] {"0", "-1", "1000000000001", "far"}) {
                Command refused = Command.run(server.settings(), "database", "restored", "--by", wrong);

                assertThat(refused.exitCode()).as(wrong).isEqualTo(2);
                assertThat(refused.output()).isEmpty();
            }
        }
    }

    private static Api as(Issued credential) {
        return firstAccount.as(credential.sid().toString(), credential.secret());
    }

    private static boolean is(HttpResponse<String> response, int status, int code) {
        return response.statusCode() == status && Api.code(response) == code;
    }
}
