package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which file of the data directory is where. */
record Layout(Path root) {

    private static final Logger log = LoggerFactory.getLogger(Layout.class);

    /** Prefix of everything that is still being made; it is renamed when it is complete. */
    private static final String UNFINISHED = "unfinished-";

    Path lock() {
        return root.resolve("lock");
    }

    /** Beside the lock and not in it: a process that only reads and closes a locked file loses its lock on it. */
    Path serverPid() {
        return root.resolve("server.pid");
    }

    Path masterKey() {
        return root.resolve("master.key");
    }

    Path databaseFiles() {
        return root.resolve("pgdata");
    }

    Path databasePassword() {
        return root.resolve("database-password");
    }

    Path databaseLog() {
        return root.resolve("postgres.log");
    }

    Path oldDatabaseLog() {
        return root.resolve("postgres.log.1");
    }

    /** What the tool that ran last (initdb, pg_ctl) had to say. */
    Path toolLog() {
        return root.resolve("tool.log");
    }

    static Path unfinished(Path parent, String what) throws IOException {
        return Files.createTempDirectory(parent, UNFINISHED + what + "-");
    }

    /** What a killed server left half made. */
    void removeUnfinished() {
        children(UNFINISHED + "*").forEach(Layout::tryDelete);
    }

    /** What earlier versions unpacked. */
    void removeBinariesBut(Path current) {
        children(Binaries.PREFIX + "*").stream()
                .filter(it -> !it.equals(current))
                .forEach(Layout::tryDelete);
    }

    private List<Path> children(String glob) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root, glob)) {
            List<Path> children = new ArrayList<>();
            found.forEach(children::add);
            return children;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tryDelete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            // an orphan of the killed server may still write there; nothing depends on it, and the next start tries
            // again
            log.warn("Could not remove {}", tree, e);
        }
    }
}
