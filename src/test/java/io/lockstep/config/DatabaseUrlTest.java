package io.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.DatabaseUrl.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void aHostMayHaveAnUnderscoreAsContainersLikeThem() {
        assertThat(DatabaseUrl.parse("postgresql://u:p@my_db:6432/d").host()).isEqualTo("my_db");
    }

    @Test
    void namesEverythingThatAConnectionNeeds() {
        DatabaseUrl url = DatabaseUrl.parse(
                "postgresql://sync:secret@db.example.com:6432/lockstep?sslmode=verify-full&sslrootcert=/etc/ca.pem");

        assertThat(url)
                .isEqualTo(new DatabaseUrl(
                        "db.example.com", 6432, "lockstep", "sync", "secret", SslMode.VERIFY_FULL, "/etc/ca.pem"));
    }

    @Test
    void mayLeaveOutPortPasswordAndParameters() {
        assertThat(DatabaseUrl.parse("postgres://sync@db/lockstep"))
                .isEqualTo(new DatabaseUrl("db", 5432, "lockstep", "sync", "", SslMode.PREFER, null));
    }

    @ParameterizedTest
    @CsvSource({
        "p%40ss%3Aw%2Frd%3F%23%25, p@ss:w/rd?#%",
        "a+b, a+b",
        "a%20b, a b",
        "%C3%BC, ü",
        "one:two, one:two",
    })
    void mayPercentEncodeThePassword(String written, String meant) {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://sync:" + written + "@db/lockstep");

        assertThat(url.password()).isEqualTo(meant);
    }

    @Test
    void mayNameItsHostByAnIpv6Address() {
        assertThat(DatabaseUrl.parse("postgresql://sync@[::1]:5433/lockstep").host())
                .isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    void knowsTheWordsOfLibpq(String word) {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://sync@db/lockstep?sslmode=" + word);

        assertThat(url.sslMode().word()).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "mysql://sync:hunter2@db/lockstep",
                "postgresql://sync:hunter2@db",
                "postgresql://sync:hunter2@db/",
                "postgresql:///lockstep?password=hunter2",
                "postgresql://db/lockstep",
                "postgresql://sync:hunter2@at@db/lockstep",
                "postgresql://sync:hunter2%@db/lockstep",
                "postgresql://sync:hunter2 @db/lockstep",
                "postgresql://sync:hunter2@db:0/lockstep",
                "postgresql://sync:hunter2@db:65536/lockstep",
                "postgresql://sync:hunter2@db/lockstep?sslmode=strict",
                "postgresql://sync:hunter2@db/lockstep?password=hunter2"
            })
    void isRefusedByNameAndWithoutItsPassword(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("LOCKSTEP_DATABASE_URL: ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void hidesItsPasswordWhenItIsPrinted() {
        assertThat(DatabaseUrl.parse("postgresql://sync:hunter2@db/lockstep"))
                .hasToString("postgresql://sync@db:5432/lockstep?sslmode=prefer");
    }
}
