package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a first server leaves behind to all later ones of this run, which start in a fraction of the time with it:
 * unpacked PostgreSQL binaries, and an archive of the classes that it loaded.
 */
final class Preparation {

    /** Of the first server, which has stopped. */
    static final Path DATA_DIRECTORY = TestRun.newDirectory("first-data");

    private static final Path CLASSES = TestRun.newPath("classes");

    static {
        // the thorough compiler: unpacking is much work
        List<String> archiving = List.of("-XX:TieredStopAtLevel=4", "-XX:ArchiveClassesAtExit=" + CLASSES);
        try (ServerProcess first =
                ServerProcess.launch(Map.of("LOCKSTEP_DATA_DIR", DATA_DIRECTORY.toString()), archiving)) {
            first.awaitReady().api().get("/v1/Services");
            first.stop();
        }
    }

    private Preparation() {}

    static List<String> jvmOptions() {
        return List.of("-XX:SharedArchiveFile=" + CLASSES);
    }

    /** An empty data directory, where nothing needs to be unpacked. */
    static Path newDataDirectory() {
        Path directory = TestRun.newDirectory("data");
        try (Stream<Path> files = Files.list(DATA_DIRECTORY)) {
            for (Path binaries : files.filter(it -> it.getFileName().toString().startsWith("postgres-"))
                    .toList()) {
                Files.createSymbolicLink(directory.resolve(binaries.getFileName()), binaries);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }
}
