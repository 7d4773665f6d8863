package io.lockstep.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void isCreatedForItsOwnerAlone() throws IOException {
        Path path = parent.resolve("new/data");

        try (DataDirectory directory = DataDirectory.lock(path)) {
            assertThat(directory.path()).isEqualTo(path.toRealPath());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
            assertThat(directory.masterKeyFile()).isEqualTo(path.toRealPath().resolve("master.key"));
        }
    }

    @Test
    void isHeldByOneServerInAProcess() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), parent);

        try (DataDirectory directory = DataDirectory.lock(parent)) {
            assertThatThrownBy(() -> DataDirectory.lock(link))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("LOCKSTEP_DATA_DIR: " + directory.path() + " is in use by another server (pid "
                            + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void isHeldByOneServerOfAllProcesses() throws Exception {
        try (ServerProcess other = ServerProcess.holding(parent)) {
            assertThatThrownBy(() -> DataDirectory.lock(parent))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageEndingWith("is in use by another server (pid " + other.pid() + ")");

            other.kill();

            DataDirectory.lock(parent).close();
        }
    }

    @Test
    void isStillHeldAfterAnotherServerWasRefused() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(parent)) {
            assertThatThrownBy(() -> DataDirectory.lock(parent)).isInstanceOf(ConfigException.class);
            EmbeddedPostgres.running(parent, Duration.ZERO);

            assertThatThrownBy(() -> ServerProcess.holding(parent))
                    .hasMessageContaining(directory.path() + " is in use by another server");
        }
    }

    @Test
    void isFreeOnceClosed() {
        DataDirectory first = DataDirectory.lock(parent);
        first.close();
        first.close();

        DataDirectory.lock(parent).close();
    }

    @Test
    void isNotAFile() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.lock(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage("LOCKSTEP_DATA_DIR: " + file + " is not a directory");
        assertThatThrownBy(() -> DataDirectory.lock(file.resolve("below")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void mustBeWritable() throws IOException {
        assumeThat(Host.current().root()).isFalse();
        Path path = Files.createDirectory(
                parent.resolve("theirs"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));

        assertThatThrownBy(() -> DataDirectory.lock(path))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not accessible to this user");
    }

    @Test
    void hasANameThatAShellLeavesAlone() {
        assertThatThrownBy(() -> DataDirectory.lock(parent.resolve("$HOME")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must not contain");

        DataDirectory.lock(parent.resolve("with spaces & more")).close();
    }
}
