package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import io.lockstep.embedded.StandbyPostgres;
import io.lockstep.testing.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A synchronous standby takes over from a primary that dies, behind an address that stays. */
@Timeout(180)
class FailoverTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Two copies of the same files, of a database that was stopped. */
    private static final Path FIRST = Preparation.usedDataDirectory();

    private static final Path SECOND = Preparation.usedDataDirectory();

    private static EmbeddedPostgres primary;
    private static StandbyPostgres standby;
    private static Forwarder forwarder;
    private static ServerProcess server;
    private static Api api;

    @BeforeAll
    static void start() {
        primary = TestRun.closeAtEnd(EmbeddedPostgres.start(TestRun.closeAtEnd(DataDirectory.lock(FIRST))));
        standby = TestRun.closeAtEnd(StandbyPostgres.start(
                TestRun.closeAtEnd(DataDirectory.lock(SECOND)),
                primary.address(),
                FreePorts.take(1).get(0)));
        awaitReplication("streaming", "state");
        Sql.execute(primary.address(), "ALTER SYSTEM SET synchronous_standby_names = '*'");
        Sql.execute(primary.address(), "SELECT pg_reload_conf()");
        awaitReplication("sync", "sync_state");
        Sql.execute(primary.address(), "CREATE DATABASE failover");
        forwarder = new Forwarder();
        forwarder.open(primary.address().port());
        PostgresAddress address = new PostgresAddress(
                "127.0.0.1",
                forwarder.port(),
                primary.address().user(),
                primary.address().password(),
                "failover");
        server = ServerProcess.start(new HashMap<>(Bootstrap.settings(address, TestRun.newPath("master-key"))));
        api = Bootstrap.api(server);
    }

    @AfterAll
    static void end() {
        server.close();
        forwarder.close();
        standby.close();
        primary.close();
    }

    @Test
    void nothingIsLostAndNothingOldIsReadAndNoRestartIsNeeded() throws Exception {
        String service = Api.json(api.post("/v1/Services", "")).getString("sid");
        try (WriteLoad load = new WriteLoad(api, service, 6)) {
            load.start();
            load.await("there is load", LIMIT, () -> load.updates(200) > 200 && load.appended() > 50);

            DatabaseProcess.kill(FIRST);
            forwarder.close();
            load.await("the outage is seen", LIMIT, () -> load.updates(503) > 0);
            forwarder.open(standby.address().port());
            int refused = load.updates(503);
            int served = load.updates(200);
            load.await("the standby is tried", LIMIT, () -> load.updates(503) > refused + 200);
            load.await("it is not ready", LIMIT, () -> ready() == 503);
            assertThat(load.updates(200)).isEqualTo(served);

            Sql.execute(standby.address(), "SELECT pg_promote()");
            long promoted = System.nanoTime();
            load.await("writes are served again", LIMIT, () -> load.updates(200) > served);
            Duration first = Duration.ofNanos(System.nanoTime() - promoted);
            int appended = load.appended();
            load.await(
                    "the load is served again",
                    LIMIT,
                    () -> load.updates(200) > served + 200 && load.appended() > appended + 50);
            load.await("it is ready", LIMIT, () -> ready() == 200);

            load.stop();
            System.out.printf("failover: %s; first write %d ms after the promotion%n", load, first.toMillis());
            load.check();
        }
    }

    private static int ready() {
        return server.management().get("/health/ready").statusCode();
    }

    private static void awaitReplication(String value, String column) {
        Poll.until(
                "the standby is " + value,
                LIMIT,
                () -> value.equals(Sql.query(
                        primary.address(), "SELECT coalesce(max(" + column + "), '') FROM pg_stat_replication")));
    }
}
