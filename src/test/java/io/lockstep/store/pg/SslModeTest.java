package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.config.DatabaseUrl.SslMode;
import io.lockstep.testing.Certificates;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both drivers, that of the migrations and that of the repositories, honour {@code sslmode} as libpq does. */
class SslModeTest {

    private static final String IS_ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    @RegisterExtension
    static final TestStore store = new TestStore();

    @TempDir
    static Path directory;

    private static Path certificate;

    /** The certificate is for 127.0.0.1, and nobody trusts it but who has the file. */
    @BeforeAll
    static void switchSslOn() {
        Assumptions.assumeTrue(TestDatabase.isEmbedded(), "files can be given to an embedded PostgreSQL only");
        Certificates own = Certificates.create(directory, "server");
        certificate = own.certificate();
        TestDatabase.execute(TestDatabase.parsedUrl(), "ALTER SYSTEM SET ssl_cert_file = '" + certificate + "'");
        TestDatabase.execute(TestDatabase.parsedUrl(), "ALTER SYSTEM SET ssl_key_file = '" + own.key() + "'");
        TestDatabase.execute(TestDatabase.parsedUrl(), "ALTER SYSTEM SET ssl = on");
        reload();
    }

    @AfterAll
    static void switchSslOff() {
        if (certificate != null) {
            TestDatabase.execute(TestDatabase.parsedUrl(), "ALTER SYSTEM RESET ALL");
            reload();
        }
    }

    private static void reload() {
        TestDatabase.execute(TestDatabase.parsedUrl(), "SELECT pg_reload_conf(), pg_sleep(0.5)");
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"PREFER", "REQUIRE"})
    void encryptWithoutAskingWhoTheServerIs(SslMode mode) {
        assertThat(encrypted(url("127.0.0.1", mode, false))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"DISABLE", "ALLOW"})
    void stayInClear(SslMode mode) {
        assertThat(encrypted(url("127.0.0.1", mode, false))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_FULL"})
    void trustTheAuthorityThatTheyAreGiven(SslMode mode) {
        assertThat(encrypted(url("127.0.0.1", mode, true))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_FULL"})
    void refuseAServerThatNobodyVouchesFor(SslMode mode) {
        DatabaseUrl url = url("127.0.0.1", mode, false);

        assertThatThrownBy(() -> new Migrations(url).run()).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> encryptedReactively(url)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void verifyFullRefusesAnotherHostsCertificate() {
        DatabaseUrl url = url("localhost", SslMode.VERIFY_FULL, true);

        assertThatThrownBy(() -> new Migrations(url).run()).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> encryptedReactively(url)).isInstanceOf(RuntimeException.class);
    }

    private static DatabaseUrl url(String host, SslMode mode, boolean trusting) {
        DatabaseUrl url = TestDatabase.parsedUrl();
        String rootCertificate = trusting ? certificate.toString() : null;
        return new DatabaseUrl(host, url.port(), url.database(), url.user(), url.password(), mode, rootCertificate);
    }

    /** The migrations get through too, or this throws. */
    private static boolean encrypted(DatabaseUrl url) {
        new Migrations(url).run();
        return encryptedReactively(url);
    }

    private static boolean encryptedReactively(DatabaseUrl url) {
        Database database =
                Database.open(store.vertx(), "ssl", TestStore.config().withUrl(url), 2);
        try {
            boolean reads = first(database, true);
            assertThat(first(database, false)).isEqualTo(reads);
            return reads;
        } finally {
            await(database.close());
        }
    }

    private static boolean first(Database database, boolean read) {
        var rows = read ? database.read(IS_ENCRYPTED, Tuple.tuple()) : database.write(IS_ENCRYPTED, Tuple.tuple());
        return await(rows).iterator().next().getBoolean(0);
    }
}
