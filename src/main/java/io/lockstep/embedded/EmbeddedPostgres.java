package io.lockstep.embedded;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A PostgreSQL of the server's own, on the files of its data directory. */
public final class EmbeddedPostgres implements AutoCloseable {

    private final Launcher launcher;
    private final PostgresAddress address;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedPostgres(Launcher launcher, PostgresAddress address) {
        this.launcher = launcher;
        this.address = address;
    }

    /**
     * Starts it, or adopts the one that a killed server left running; unpacks and creates it first where it is missing.
     * Returns when it accepts connections.
     *
     * @throws ConfigException if it cannot run here, or not on these files
     */
    public static EmbeddedPostgres start(DataDirectory directory) {
        return start(directory, directory.path(), Host.current());
    }

    /** The same with binaries that are kept elsewhere, and another look at the machine. */
    static EmbeddedPostgres start(DataDirectory directory, Path binariesParent, Host host) {
        Layout layout = directory.layout();
        layout.removeUnfinished();
        Installation installation = Installation.choose(layout, Binaries.in(binariesParent), host);
        DatabaseFiles files = new DatabaseFiles(layout);
        files.ensure(installation);
        Launcher launcher = new Launcher(installation);
        PostgresAddress address = files.address(launcher.launch().port());
        EmbeddedPostgres postgres = new EmbeddedPostgres(launcher, address);
        postgres.createDatabase();
        if (!launcher.adopted()) {
            layout.removeBinariesBut(installation.binaries().directory());
        }
        return postgres;
    }

    /**
     * Where the database of that directory is reached, for a tool beside the server. Waits while a server is starting;
     * empty if none runs.
     */
    public static Optional<PostgresAddress> running(Path dataDirectory, Duration wait) {
        Deadline deadline = Deadline.in(wait);
        try {
            Layout layout = new Layout(dataDirectory.toRealPath());
            Optional<PostgresAddress> address = accepting(layout);
            while (address.isEmpty() && starting(layout) && !deadline.passed()) {
                Deadline.pause();
                address = accepting(layout);
            }
            return address;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw DataDirectory.unusable(dataDirectory, e);
        }
    }

    /** The same from start to close. */
    public PostgresAddress address() {
        return address;
    }

    /**
     * Starts it again, at the same address, if it has died; the clients' connections come back to it. Not to be called by
     * a server that has not started it, and without effect once it was closed.
     *
     * @return whether it had died
     */
    public synchronized boolean revive() {
        return !closed.get() && launcher.relaunch(address.port());
    }

    /** Stops it: open transactions are rolled back. Takes a minute and a half at most; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed.getAndSet(true)) {
            launcher.stop();
        }
    }

    private void createDatabase() {
        try {
            Connections.createDatabase(address);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Optional<PostgresAddress> accepting(Layout layout) {
        return PostmasterPid.running(layout.databaseFiles())
                .filter(PostmasterPid::ready)
                .map(it -> new DatabaseFiles(layout).address(it.port()))
                .filter(Connections::accepted);
    }

    /** A server that holds the directory is about to have a database, and so is one that is no more. */
    private static boolean starting(Layout layout) {
        return DataDirectory.heldByLivingProcess(layout)
                || PostmasterPid.running(layout.databaseFiles()).isPresent();
    }
}
