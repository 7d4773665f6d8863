package io.lockstep.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs of this machine that a test can do without. */
final class Programs {

    private Programs() {}

    /** Whether all of them are on the PATH. */
    static boolean arePresent(String... names) {
        return Stream.of(names).allMatch(Programs::isPresent);
    }

    private static boolean isPresent(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }
}
