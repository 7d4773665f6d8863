package io.lockstep.embedded;

import static io.lockstep.embedded.EmbeddedDatabase.connect;
import static io.lockstep.embedded.EmbeddedDatabase.execute;
import static io.lockstep.embedded.EmbeddedDatabase.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import io.lockstep.config.ConfigException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedPostgresTest {

    /** For all tests, since creating a database takes seconds. Each leaves it stopped or crashed to the next. */
    @TempDir(factory = OpenTempDirectory.class)
    static Path root;

    private DataDirectory directory;
    private Layout layout;

    @BeforeEach
    void lock() {
        directory = DataDirectory.lock(root);
        layout = directory.layout();
    }

    @AfterEach
    void leaveNothingRunning() throws Exception {
        Optional<PostmasterPid> left = PostmasterPid.running(layout.databaseFiles());
        if (left.isPresent()) {
            kill(left.get().pid());
        }
        directory.close();
    }

    @Test
    void keepsItsRowsFromOneStartToTheNext() throws Exception {
        try (EmbeddedPostgres first = start()) {
            execute(first.address(), "CREATE TABLE kept AS SELECT 'here' AS text");
        }

        try (EmbeddedPostgres second = start()) {
            assertThat(query(second.address(), "SELECT text FROM kept")).isEqualTo("here");
        }
        assertThat(PostmasterPid.read(layout.databaseFiles())).isEmpty();
    }

    @Test
    void isDurableAndPrivate() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            PostgresAddress address = postgres.address();

            assertThat(List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums"))
                    .allSatisfy(setting ->
                            assertThat(query(address, "SHOW " + setting)).isEqualTo("on"));
            assertThat(query(address, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(address, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(permissions(layout.databasePassword())).isEqualTo("rw-------");
            assertThat(permissions(layout.databaseFiles())).isEqualTo("rwx------");
        }
    }

    @Test
    void keepsRowsInAnEighthOfTheMemory() throws Exception {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long eighth = machine.getTotalMemorySize() / 8;

        try (EmbeddedPostgres postgres = start()) {
            String bytes = query(postgres.address(), "SELECT pg_size_bytes(current_setting('shared_buffers'))");

            assertThat(Long.parseLong(bytes)).isEqualTo(Math.max(128L << 20, Math.min(1L << 30, eighth >> 20 << 20)));
        }
    }

    @Test
    void refusesAnotherPassword() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            PostgresAddress address = postgres.address();
            PostgresAddress guessed =
                    new PostgresAddress(address.host(), address.port(), address.user(), "guessed", address.database());

            assertThatThrownBy(() -> connect(guessed)).hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void keepsWhatWasCommittedWhenItIsKilled() throws Exception {
        execute(start().address(), "CREATE TABLE note (id int)");
        for (int round = 1; round <= 3; round++) {
            EmbeddedPostgres postgres = start();
            execute(postgres.address(), "INSERT INTO note VALUES (" + round + ")");

            // at once, while orphans of the killed one may still be there
            handle(pid()).destroyForcibly();

            assertThat(query(start().address(), "SELECT count(*) FROM note")).isEqualTo(Integer.toString(round));
        }
    }

    @Test
    void isRevivedAtTheSameAddressWhenItHasDied() throws Exception {
        EmbeddedPostgres postgres = start();
        execute(postgres.address(), "CREATE TABLE revived (id int)");
        assertThat(postgres.revive()).isFalse();
        kill(pid());

        assertThat(postgres.revive()).isTrue();

        assertThat(query(postgres.address(), "SELECT count(*) FROM revived")).isEqualTo("0");
        postgres.close();
        assertThat(postgres.revive()).isFalse();
    }

    @Test
    void isAdoptedAfterItsServerWasKilled() throws Exception {
        directory.close();
        long pid;
        try (ServerProcess server = ServerProcess.running(root)) {
            pid = pid();
            server.kill();
        }
        directory = DataDirectory.lock(root);

        try (EmbeddedPostgres adopted = start()) {
            assertThat(pid()).isEqualTo(pid);
            assertThat(query(adopted.address(), "SELECT 1")).isEqualTo("1");
        }

        Optional<ProcessHandle> leaving = ProcessHandle.of(pid);
        if (leaving.isPresent()) {
            leaving.get().onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void isDetachedFromTheTerminalOrPipeThatTheServerRunsIn() throws Exception {
        start();

        Path process = Path.of("/proc", Long.toString(pid()));
        String session = Files.readString(process.resolve("stat")).split(" ")[5];
        assertThat(session).isEqualTo(Long.toString(pid()));
        assertThat(process.resolve("fd/0").toRealPath()).isEqualTo(Path.of("/dev/null"));
        assertThat(process.resolve("fd/1").toRealPath()).isEqualTo(layout.databaseLog());
        assertThat(process.resolve("fd/2").toRealPath()).isEqualTo(layout.databaseLog());
    }

    @Test
    void startsWhereAPidFileNamesAStrangersProcess() throws Exception {
        start().close();
        String self = Long.toString(ProcessHandle.current().pid());
        Files.write(
                PostmasterPid.file(layout.databaseFiles()),
                List.of(self, layout.databaseFiles().toString(), "1", "15999", "", "127.0.0.1", "1 1", "ready"));

        try (EmbeddedPostgres postgres = start()) {
            assertThat(query(postgres.address(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void startsWhereAPidFileWasNeverWritten() throws Exception {
        start().close();
        Path file = Files.createFile(PostmasterPid.file(layout.databaseFiles()));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));

        try (EmbeddedPostgres postgres = start()) {
            assertThat(query(postgres.address(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void startsWhereAnEarlierFirstStartWasCutOff(@TempDir(factory = OpenTempDirectory.class) Path fresh)
            throws Exception {
        Files.writeString(Layout.unfinished(fresh, "pgdata").resolve("PG_VERSION"), "18\n");
        Files.createDirectories(Layout.unfinished(fresh, "binaries").resolve("bin"));
        Files.writeString(new Layout(fresh).databasePassword(), "0123456789abcdef\n");

        try (DataDirectory held = DataDirectory.lock(fresh);
                EmbeddedPostgres postgres = start(held)) {
            assertThat(postgres.address().password()).isEqualTo("0123456789abcdef");
            assertThat(fresh).isDirectoryNotContaining("glob:**/unfinished-*");
        }
    }

    @Test
    void isStartedAgainOnceItHasGoneDown() throws Exception {
        EmbeddedPostgres leaving = start();
        long pid = pid();
        CompletableFuture<EmbeddedPostgres> next;
        try (Connection client = connect(leaving.address())) {
            handle(pid).destroy(); // a smart shutdown: it waits for its clients
            awaitStatus("stopping");

            next = CompletableFuture.supplyAsync(this::start);
            assertThat(client.isValid(5)).isTrue();
            assertThat(next).isNotDone();
        }

        try (EmbeddedPostgres postgres = next.get(30, TimeUnit.SECONDS)) {
            assertThat(pid()).isNotEqualTo(pid);
            assertThat(query(postgres.address(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void isFoundByToolsBesideTheServer() throws Exception {
        assertThat(EmbeddedPostgres.running(root.resolve("missing"), Duration.ofMinutes(1)))
                .isEmpty();
        CompletableFuture<Optional<PostgresAddress>> found =
                CompletableFuture.supplyAsync(() -> EmbeddedPostgres.running(root, Duration.ofMinutes(1)));

        try (EmbeddedPostgres postgres = start()) {
            assertThat(found.get(30, TimeUnit.SECONDS)).contains(postgres.address());
        }
        directory.close();

        assertThat(EmbeddedPostgres.running(root, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void refusesFilesOfAnotherMajorVersion(@TempDir Path older) throws Exception {
        Files.createDirectory(older.resolve("pgdata"));
        Files.writeString(older.resolve("pgdata/PG_VERSION"), "15\n");

        try (DataDirectory held = DataDirectory.lock(older)) {
            assertThatThrownBy(() -> start(held))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("LOCKSTEP_DATA_DIR: ")
                    .hasMessageContaining("was written by PostgreSQL 15");
        }
    }

    @Test
    void keepsItsLogBounded() throws Exception {
        Files.write(layout.databaseLog(), new byte[11 << 20]);

        start().close();

        assertThat(layout.databaseLog()).content().hasSizeLessThan(1 << 20).contains("ready to accept connections");
        assertThat(layout.oldDatabaseLog()).hasSize(11 << 20);
    }

    private EmbeddedPostgres start() {
        return start(directory);
    }

    private static EmbeddedPostgres start(DataDirectory held) {
        return EmbeddedPostgres.start(held, SharedBinaries.PARENT, Host.current());
    }

    private long pid() {
        return PostmasterPid.running(layout.databaseFiles()).orElseThrow().pid();
    }

    private void awaitStatus(String status) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(10));
        while (!PostmasterPid.running(layout.databaseFiles())
                .map(PostmasterPid::status)
                .equals(Optional.of(status))) {
            assertThat(deadline.passed()).isFalse();
            Deadline.pause();
        }
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static ProcessHandle handle(long pid) {
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = handle(pid);
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }
}
