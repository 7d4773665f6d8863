package io.lockstep.embedded;

import java.nio.file.Path;

/** Where this test run unpacks PostgreSQL, once for all. */
final class SharedBinaries {

    static final Path PARENT = create();

    private SharedBinaries() {}

    private static Path create() {
        try {
            Path parent = OpenTempDirectory.create();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
            return parent;
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static void delete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (Exception e) {
            System.err.println("Could not remove " + tree + ": " + e);
        }
    }
}
