package io.lockstep.e2e;

import io.lockstep.embedded.DataDirectory;
import io.lockstep.embedded.EmbeddedPostgres;
import io.lockstep.embedded.PostgresAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL beside the servers, for those that are given an address. It runs from its first use to the last test. */
final class SharedPostgres {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Path DATA_DIRECTORY = Preparation.usedDataDirectory();
    private static final PostgresAddress ADDRESS = start();

    private SharedPostgres() {}

    /** The address of a new and empty database. */
    static PostgresAddress newDatabase() {
        String name = "e2e_" + NUMBERS.incrementAndGet();
        Sql.execute(ADDRESS, "CREATE DATABASE " + name);
        return new PostgresAddress(ADDRESS.host(), ADDRESS.port(), ADDRESS.user(), ADDRESS.password(), name);
    }

    /** Held by this JVM, as a server holds its own. */
    static Path dataDirectory() {
        return DATA_DIRECTORY;
    }

    private static PostgresAddress start() {
        DataDirectory directory = TestRun.closeAtEnd(DataDirectory.lock(DATA_DIRECTORY));
        return TestRun.closeAtEnd(EmbeddedPostgres.start(directory)).address();
    }
}
