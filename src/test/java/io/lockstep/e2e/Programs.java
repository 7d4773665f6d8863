package io.lockstep.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine that a test can do without. */
final class Programs {

    private Programs() {}

    /** Whether all of them are on the PATH. */
    static boolean arePresent(String... names) {
        return Stream.of(names).allMatch(Programs::isPresent);
    }

    /** Where the first of them is that is there. */
    static Optional<String> first(String... names) {
        return Stream.of(names).flatMap(Programs::places).findFirst().map(Path::toString);
    }

    private static boolean isPresent(String name) {
        return places(name).findAny().isPresent();
    }

    private static Stream<Path> places(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable);
    }
}
