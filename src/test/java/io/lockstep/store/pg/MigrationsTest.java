package io.lockstep.store.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.ConfigException;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private final DatabaseUrl url = TestDatabase.newDatabase();

    @Test
    void serversThatStartAtOnceOnAnEmptyDatabaseMigrateItOnce() throws SQLException {
        IntStream.range(0, 4).parallel().forEach(i -> new Migrations(url).run());

        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet done = statement.executeQuery("SELECT version FROM flyway_schema_history")) {
            List<String> versions = new ArrayList<>();
            while (done.next()) {
                versions.add(done.getString(1));
            }
            assertThat(versions).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void aSchemaOfANewerVersionStopsTheStart() {
        new Migrations(url).run();
        TestDatabase.execute(
                url,
                "INSERT INTO flyway_schema_history SELECT 99, '999', 'future', 'SQL', 'V999__future.sql', 1, 'x', now(), 1,"
                        + " true");

        assertThatThrownBy(() -> new Migrations(url).run())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("newer version");
    }

    @Test
    void aWrongPasswordIsAWrongSetting() {
        DatabaseUrl wrong = new DatabaseUrl(
                url.host(), url.port(), url.database(), "nobody", "wrong", DatabaseUrl.SslMode.DISABLE, null);

        assertThatThrownBy(() -> new Migrations(wrong).run())
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("LOCKSTEP_DATABASE_URL: ")
                .hasMessageNotContaining("wrong\n");
    }

    @Test
    void aDatabaseThatIsNotThereYetIsWaitedForByTheCaller() {
        DatabaseUrl closed =
                new DatabaseUrl("127.0.0.1", 1, url.database(), "u", "p", DatabaseUrl.SslMode.DISABLE, null);

        assertThatThrownBy(() -> new Migrations(closed).run()).isInstanceOf(Migrations.NotReadyException.class);
    }
}
