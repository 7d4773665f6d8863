package io.lockstep.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** This run of the tests: the directory that all its files are in, and what has to end with it. */
final class TestRun {

    private static final Path DIRECTORY = createDirectory();
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Deque<AutoCloseable> OPEN = new ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(TestRun::end));
    }

    private TestRun() {}

    /** A path that nothing is at yet. */
    static Path newPath(String name) {
        return DIRECTORY.resolve(name + "-" + NUMBERS.incrementAndGet());
    }

    /** Every user may pass through it: run by root, a database may belong to another one. */
    static Path newDirectory(String name) {
        return open(newPath(name));
    }

    /** Closes it at the end of the run, unless it was before: closing twice must be harmless. */
    static <T extends AutoCloseable> T closeAtEnd(T resource) {
        OPEN.push(resource);
        return resource;
    }

    private static Path createDirectory() {
        try {
            return open(Files.createTempDirectory("lockstep-e2e-").toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path open(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end() {
        try {
            for (AutoCloseable resource : OPEN) {
                resource.close();
            }
            delete(DIRECTORY);
        } catch (Exception e) {
            System.err.println("Could not clean up " + DIRECTORY + ": " + e);
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(tree)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
