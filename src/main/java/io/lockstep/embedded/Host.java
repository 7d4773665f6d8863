package io.lockstep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What matters of the machine: as whom this process runs, and where system tools are looked for. */
record Host(UserPrincipal user, boolean root, boolean named, List<Path> toolDirectories) {

    private static final Pattern SEPARATOR = Pattern.compile(":");

    static Host current() {
        // not user.name, which a wrapper script or a container can set to anything
        Path own =
                Files.exists(Path.of("/proc/self")) ? Path.of("/proc/self") : Path.of(System.getProperty("user.home"));
        try {
            UserPrincipal user = Files.getOwner(own);
            String uid = Files.getAttribute(own, "unix:uid").toString();
            return new Host(user, uid.equals("0"), !user.getName().equals(uid), searchPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Path> tool(String name) {
        return toolDirectories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static List<Path> searchPath() {
        String searched = new ProcessBuilder().environment().getOrDefault("PATH", "");
        // the latter are often missing in the path of an ordinary user, or of a service
        return Stream.concat(SEPARATOR.splitAsStream(searched), Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin"))
                .filter(it -> it.startsWith("/"))
                .map(Path::of)
                .toList();
    }
}
