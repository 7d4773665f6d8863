package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.PostgresAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What one node does in the background another goes on with, when the first is killed and when it is stopped. Of the tasks
 * that are seldom done, whose leases are long, only with {@code -Dlockstep.everything=true}: that takes two minutes.
 */
@Timeout(300)
class TakeOverTest {

    private static final boolean EVERYTHING = Boolean.getBoolean("lockstep.everything");
    private static final List<String> OFTEN = List.of("sweep", "tell who has gone", "take over");
    private static final List<String> ALL = List.of(
            "sweep",
            "tell who has gone",
            "take over",
            "purge",
            "prune tombstones",
            "prune invalidations",
            "prune recent writes",
            "prune webhooks",
            "prune idempotency keys");
    private static final List<String> TASKS = EVERYTHING ? ALL : OFTEN;
    private static final Duration PATIENCE = Duration.ofSeconds(EVERYTHING ? 120 : 30);

    private final PostgresAddress database = SharedPostgres.newDatabase();
    private final Map<String, String> settings = Bootstrap.settings(database, TestRun.newPath("master-key"));
    private ServerProcess one;
    private ServerProcess other;

    @AfterEach
    void stop() {
        one.close();
        other.close();
    }

    private void start() {
        one = ServerProcess.start(settings);
        awaitLeases("true");
        other = ServerProcess.start(settings);
    }

    /** Returns when every task's lease fulfils a condition. */
    private void awaitLeases(String condition) {
        String names = TASKS.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        Poll.until(
                "somebody does each of " + names + ", and " + condition,
                PATIENCE,
                () -> count(names, condition) == TASKS.size());
    }

    private long count(String names, String condition) {
        return Long.parseLong(Sql.query(
                database,
                "SELECT count(*) FROM lease WHERE name IN (" + names + ") AND date_expires > clock_timestamp() AND "
                        + condition));
    }

    private String holder() {
        return Sql.query(database, "SELECT holder FROM lease WHERE name = '" + TASKS.get(0) + "'");
    }

    @Test
    void theTasksOfANodeThatWasKilledAreTakenOver() {
        start();
        String holder = holder();

        one.kill();

        awaitLeases("holder <> '" + holder + "'");
        assertThatDocumentsExpire();
    }

    @Test
    void aNodeThatStopsHandsItsTasksOn() {
        start();
        String holder = holder();

        one.stop();

        assertThat(Sql.query(database, "SELECT count(*) FROM lease WHERE holder = '" + holder + "'"))
                .as("leases that somebody would have to wait for")
                .isEqualTo("0");
        awaitLeases("true");
        assertThatDocumentsExpire();
    }

    private void assertThatDocumentsExpire() {
        Bootstrap.api(other).post("/v1/Services/default/Documents", "UniqueName=short&Ttl=1");
        Poll.until(
                "an expired document is removed",
                PATIENCE,
                () -> Sql.query(database, "SELECT count(*) FROM document WHERE deleted_at IS NULL")
                        .equals("0"));
    }
}
