package io.lockstep.embedded;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The unpacked PostgreSQL: initdb, pg_ctl and postgres, with their libraries. */
record Binaries(Path directory) {

    static final String PREFIX = "postgres-";

    private static final Logger log = LoggerFactory.getLogger(Binaries.class);

    // readable to all, whatever the umask: the database may run as another user
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    Path tool(String name) {
        return directory.resolve("bin").resolve(name);
    }

    /** Those in the given directory, unpacked from the jar first if they are not there yet. */
    static Binaries in(Path parent) {
        URL archive = archive(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        try {
            Path directory = parent.resolve(PREFIX + fingerprint(archive));
            if (!Files.exists(directory)) {
                unpack(archive, directory);
            }
            return new Binaries(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not unpack the embedded PostgreSQL into " + parent, e);
        }
    }

    static URL archive(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : osName.toLowerCase(Locale.ROOT);
        String arch = switch (osArch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> osArch;
        };
        @Nullable URL archive = Binaries.class.getResource("/postgres-" + os + "-" + arch + ".txz");
        if (archive == null) {
            throw new ConfigException(
                    "LOCKSTEP_DATABASE_URL",
                    "must be set, because this build has no embedded PostgreSQL for " + osName + " on " + osArch);
        }
        return archive;
    }

    /** Another one for every build of the binaries. A jar has it in its index; nothing is read through for it. */
    private static String fingerprint(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        try {
            long content = connection instanceof JarURLConnection inJar
                    ? inJar.getJarEntry().getCrc()
                    : connection.getLastModified();
            return Long.toHexString(content) + "-" + connection.getContentLengthLong();
        } finally {
            connection.getInputStream().close();
        }
    }

    private static void unpack(URL archive, Path directory) throws IOException {
        log.info("Unpacking the embedded PostgreSQL into {}", directory);
        Path unfinished = Layout.unfinished(directory.resolveSibling(""), "binaries");
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive.openStream()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = unfinished.resolve(entry.getName()).normalize();
                if (!target.startsWith(unfinished)) {
                    throw new IOException("The archive leaves its directory: " + entry.getName());
                }
                unpack(tar, entry, target);
            }
        }
        Files.setPosixFilePermissions(unfinished, EXECUTABLE);
        Files.move(unfinished, directory);
        FileTree.sync(directory.resolveSibling(""));
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        createDirectories(entry.isDirectory() ? target : target.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, target);
            Files.setPosixFilePermissions(target, (entry.getMode() & 0100) != 0 ? EXECUTABLE : READABLE);
            // else a power cut could leave empty files under the final name, and every later start would fail
            FileTree.sync(target);
        }
    }

    private static void createDirectories(Path directory) throws IOException {
        Path parent = directory.resolveSibling("");
        if (!Files.isDirectory(parent)) {
            createDirectories(parent);
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, EXECUTABLE);
        }
    }
}
