package io.lockstep.embedded;

import static io.lockstep.embedded.EmbeddedDatabase.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lockstep.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {

    private static final int NOBODY = 65534;

    private final Host host = Host.current();

    @TempDir(factory = OpenTempDirectory.class)
    Path parent;

    @Test
    void isTheServersOwnForAnOrdinaryUser() {
        Host ordinary = new Host(host.user(), false, true, host.toolDirectories());

        assertThat(Account.candidates(ordinary)).containsExactly(new Account(List.of(), host.user()));
    }

    @Test
    void isInAUserNamespaceForAUserWithoutAName() throws Exception {
        Path unshare = script("unshare", "true");
        Host nameless = new Host(host.user(), false, false, List.of(parent));

        assertThat(Account.candidates(nameless))
                .first()
                .isEqualTo(new Account(List.of(unshare.toString(), "-U"), host.user()));
    }

    /** What containers do: they start as root, and forbid user namespaces. */
    @Nested
    class ForRootWithoutUserNamespaces {

        private Host container;

        @BeforeEach
        void forbidUserNamespaces() throws Exception {
            assumeThat(host.root()).isTrue();
            assumeThat(host.tool("setpriv")).isPresent();
            script("unshare", "echo unshare failed: Operation not permitted >&2; exit 1");
            container = new Host(
                    host.user(),
                    true,
                    true,
                    Stream.concat(Stream.of(parent), host.toolDirectories().stream())
                            .toList());
        }

        @Test
        void isNobodyAndStaysSo() throws Exception {
            Path path = parent.resolve("data");

            try (DataDirectory directory = DataDirectory.lock(path)) {
                Path files = directory.layout().databaseFiles();
                startAndStop(directory, container);
                assertThat(owner(files)).isEqualTo(NOBODY);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rwx-----x");

                startAndStop(directory, host);
                assertThat(owner(files)).isEqualTo(NOBODY);

                // as they would have been made in a user namespace
                FileTree.give(files, host.user());
                startAndStop(directory, container);
                assertThat(owner(files)).isEqualTo(NOBODY);
            }
        }

        @Test
        void isToldWhichDirectoryBarsItsWay() throws Exception {
            Path barrier = Files.createDirectory(
                    parent.resolve("private"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Layout layout = new Layout(Files.createDirectory(barrier.resolve("data")));
            Files.createDirectory(layout.root().resolve("bin"));
            script("private/data/bin/postgres", "echo 'postgres (PostgreSQL) 18.6'");

            assertThatThrownBy(() -> Installation.choose(layout, new Binaries(layout.root()), container))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("LOCKSTEP_DATA_DIR: ")
                    .hasMessageContaining("because of the permissions of " + barrier);
        }
    }

    @Test
    void isNoneWhereNothingWorks() throws Exception {
        script("unshare", "echo unshare failed: Operation not permitted >&2; exit 1");
        Host bare = new Host(host.user(), true, true, List.of(parent));

        assertThatThrownBy(() -> Installation.choose(new Layout(parent), new Binaries(parent), bare))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("LOCKSTEP_DATABASE_URL: must be set, or the server be run as an ordinary user")
                .hasMessageContaining("unshare failed: Operation not permitted");
    }

    private static void startAndStop(DataDirectory directory, Host on) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, SharedBinaries.PARENT, on)) {
            assertThat(query(postgres.address(), "SELECT 1")).isEqualTo("1");
        }
    }

    private Path script(String name, String body) throws Exception {
        Path script = Files.writeString(parent.resolve(name), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static int owner(Path path) throws Exception {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
