package io.lockstep.embedded;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server's data directory, held by one server at a time. */
public final class DataDirectory implements AutoCloseable {

    static final String VARIABLE = "LOCKSTEP_DATA_DIR";

    /** pg_ctl hands paths to a shell, between double quotes. */
    private static final Pattern UNSAFE_FOR_A_SHELL = Pattern.compile("[\"$`\\\\\\p{Cntrl}]");

    // The lock belongs to the process, and closing any other channel to the file would lose it: within this process a
    // second holder must be refused before it opens anything.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Layout layout;
    private final FileChannel lock;

    private DataDirectory(Layout layout, FileChannel lock) {
        this.layout = layout;
        this.lock = lock;
    }

    /**
     * Creates the directory if it is missing, and takes it.
     *
     * @throws ConfigException if it is in use, or cannot be used
     */
    public static DataDirectory lock(Path path) {
        try {
            Layout layout = new Layout(existing(path));
            if (!HELD_HERE.add(layout.root())) {
                throw inUse(layout);
            }
            return locked(layout);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** The directory itself, absolute and without links. */
    public Path path() {
        return layout.root();
    }

    /** Where the server keeps the key that its secrets are encrypted with. */
    public Path masterKeyFile() {
        return layout.masterKey();
    }

    Layout layout() {
        return layout;
    }

    /** Lets the next server have it; a second call does nothing. */
    @Override
    public void close() {
        if (!lock.isOpen()) {
            return;
        }
        try (lock) {
            Files.deleteIfExists(layout.serverPid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(layout.root());
        }
    }

    /** The process that holds the directory, or did before it was killed. */
    private static OptionalLong holder(Layout layout) {
        try {
            return OptionalLong.of(
                    Long.parseLong(Files.readString(layout.serverPid()).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether a server seems to hold it; the lock itself is not tried, which could get in the way of one that starts. */
    static boolean heldByLivingProcess(Layout layout) {
        OptionalLong holder = holder(layout);
        return holder.isPresent()
                && ProcessHandle.of(holder.getAsLong())
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    static ConfigException unusable(Path path, IOException cause) {
        String reason = Objects.requireNonNullElse(
                cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage(),
                cause.getClass().getSimpleName());
        return new ConfigException(
                VARIABLE,
                cause instanceof AccessDeniedException
                        ? path + " is not accessible to this user (" + cause.getMessage() + ")"
                        : path + " cannot be used: " + reason);
    }

    private static Path existing(Path path) throws IOException {
        Path absolute = safeForAShell(path.toAbsolutePath().normalize());
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isDirectory(absolute)) {
                throw new ConfigException(VARIABLE, absolute + " is not a directory");
            }
        } else {
            createPrivate(absolute);
        }
        return safeForAShell(absolute.toRealPath());
    }

    private static Path safeForAShell(Path path) {
        if (UNSAFE_FOR_A_SHELL.matcher(path.toString()).find()) {
            throw new ConfigException(VARIABLE, path + " must not contain quotes, $, ` or \\");
        }
        return path;
    }

    private static void createPrivate(Path directory) throws IOException {
        @Nullable Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static DataDirectory locked(Layout layout) throws IOException {
        boolean locked = false;
        @Nullable FileChannel channel = null;
        try {
            channel = open(layout.lock());
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(layout);
            }
            Files.writeString(layout.serverPid(), ProcessHandle.current().pid() + "\n");
            locked = true;
            return new DataDirectory(layout, channel);
        } finally {
            if (!locked) {
                HELD_HERE.remove(layout.root());
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static ConfigException inUse(Layout layout) {
        OptionalLong holder = holder(layout);
        String who = holder.isPresent() ? " (pid " + holder.getAsLong() + ")" : "";
        return new ConfigException(VARIABLE, layout.root() + " is in use by another server" + who);
    }
}
