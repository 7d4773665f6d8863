package io.lockstep.store.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.ConfigException;
import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseConfig.Pooler;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MigrationsTest {

    /** A new column is one that an older server need not know: it may be null, or has a default. */
    private static final Pattern ADDS =
            Pattern.compile("(?is)CREATE (UNLOGGED )?TABLE .*|CREATE INDEX .*|INSERT INTO .*|UPDATE schema_support .*"
                    + "|ALTER TABLE \\w+ SET \\(.*|ALTER TABLE \\w+ ADD COLUMN (?!.*NOT NULL(?!.*DEFAULT)).*");

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

    /** Who waits lets go of the session now and then, which behind a pooler another one may need. */
    @Test
    void aServerWaitsForOneThatMigratesHoweverLongThatTakes() throws Exception {
        try (Connection migrating = TestDatabase.connect(url)) {
            migrating.setAutoCommit(false);
            text(migrating, Sql.load("session").get("lock_migration"));

            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> new Migrations(url).run());
            String first = awaitLockWait("");
            assertThat(awaitLockWait(first)).isNotEqualTo(first);
            assertThat(waiting).isNotDone();
            migrating.rollback();

            waiting.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void behindAPoolerOurRoleIsGivenWhatASessionIsToHave() throws SQLException {
        DatabaseConfig config = new DatabaseConfig(
                url, Path.of("unused"), 4, Duration.ofSeconds(5), Duration.ofSeconds(7), Pooler.TRANSACTION);

        try (Connection idle = TestDatabase.connect(url)) {
            new Migrations(config).run();

            assertThat(idle.isValid(5)).isFalse();
        }
        try (Connection connection = TestDatabase.connect(url)) {
            assertThat(text(connection, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(text(connection, "SHOW enable_seqscan")).isEqualTo("off");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("7s");

            new Migrations(config).run(); // which finds everything as it should be

            assertThat(connection.isValid(5)).isTrue();
        }
    }

    /** While nodes are upgraded one after the other, one of the version before may have to start again. */
    @Test
    void aNewerSchemaThatAnOlderServerCanLiveWithIsTaken() {
        new Migrations(url).run();
        migrateByTheNextVersion("ALTER TABLE document ADD COLUMN later text");

        new Migrations(url).run();
    }

    @Test
    void aNewerSchemaThatAnOlderServerCannotLiveWithEndsTheStart() {
        new Migrations(url).run();
        migrateByTheNextVersion("UPDATE schema_support SET oldest = 999");

        assertThatThrownBy(() -> new Migrations(url).run())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("newer version");
    }

    private void migrateByTheNextVersion(String statement) {
        TestDatabase.execute(url, statement);
        TestDatabase.execute(
                url,
                "INSERT INTO flyway_schema_history SELECT 99, '999', 'future', 'SQL', 'V999__future.sql', 1, 'x', now(), 1,"
                        + " true");
    }

    /** What the version before uses stays as it was (docs/operations.md): from the ninth on, when that became the rule. */
    @Test
    void migrationsOnlyAdd() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("sql", "migrations"))) {
            for (Path file : files.filter(it -> it.getFileName().toString().compareTo("V009") >= 0)
                    .toList()) {
                assertThat(statements(file)).as(file.toString()).allMatch(ADDS.asMatchPredicate());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE document",
                "ALTER TABLE document DROP COLUMN data",
                "ALTER TABLE document RENAME TO other",
                "ALTER TABLE document ADD COLUMN later text NOT NULL",
                "ALTER TABLE document ALTER COLUMN data TYPE jsonb",
                "UPDATE document SET data = '{}'"
            })
    void whatDoesMoreThanAddIsRecognised(String statement) {
        assertThat(statement).doesNotMatch(ADDS);
    }

    private static List<String> statements(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("--[^\n]*", "");
        return Arrays.stream(text.split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
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

    /** When the transaction began that waits for a lock, another one than that of before. */
    private String awaitLockWait(String before) throws SQLException {
        try (Connection observer = TestDatabase.connect(url)) {
            String began = before;
            while (began.equals(before)) {
                began = text(
                        observer,
                        "SELECT coalesce(max(xact_start)::text, '" + before + "') FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND wait_event = 'advisory'");
            }
            return began;
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
