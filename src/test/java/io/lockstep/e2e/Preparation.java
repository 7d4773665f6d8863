package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/**
 * What a first server leaves behind to all later ones of this run, which start in a fraction of the time with it:
 * unpacked PostgreSQL binaries, the files of a database, and an archive of the classes that it loaded.
 */
final class Preparation {

    private static final Path DATA_DIRECTORY = TestRun.newDirectory("first-data");
    private static final Path CLASSES = TestRun.newPath("classes");

    private static final String ACCOUNT;
    private static final String TOKEN;

    static {
        // the thorough compiler: unpacking is much work
        List<String> archiving = List.of("-XX:TieredStopAtLevel=4", "-XX:ArchiveClassesAtExit=" + CLASSES);
        try (ServerProcess first =
                ServerProcess.launch(Map.of("LOCKSTEP_DATA_DIR", DATA_DIRECTORY.toString()), archiving)) {
            first.awaitReady().api().get("/v1/Services");
            ACCOUNT = first.accountSid();
            TOKEN = first.authToken();
            first.stop();
        }
    }

    private Preparation() {}

    static List<String> jvmOptions() {
        return List.of("-XX:SharedArchiveFile=" + CLASSES);
    }

    /** An empty data directory, but for what would have to be unpacked. */
    static Path newDataDirectory() {
        return copy("data", false);
    }

    /** A data directory as the first server left it when it stopped. */
    static Path usedDataDirectory() {
        return copy("used-data", true);
    }

    /** The account of a used data directory, whose token no server shows again. */
    static Api firstAccountAt(URI address) {
        return new Api(address, ACCOUNT, TOKEN);
    }

    private static Path copy(String name, boolean everything) {
        Path copy = TestRun.newDirectory(name);
        try {
            Files.walkFileTree(DATA_DIRECTORY, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    Path target = copy.resolve(DATA_DIRECTORY.relativize(directory));
                    if (directory.getFileName().toString().startsWith("postgres-")) {
                        Files.createSymbolicLink(target, directory);
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    if (!directory.equals(DATA_DIRECTORY) && everything) {
                        Files.copy(directory, target, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (everything) {
                        Files.copy(
                                file,
                                copy.resolve(DATA_DIRECTORY.relativize(file)),
                                StandardCopyOption.COPY_ATTRIBUTES);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }
}
