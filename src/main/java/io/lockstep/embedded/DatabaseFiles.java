package io.lockstep.embedded;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that PostgreSQL keeps its data in, and the password to it. */
record DatabaseFiles(Layout layout) {

    static final String HOST = "127.0.0.1";
    private static final String USER = "lockstep";
    private static final String DATABASE = "lockstep";

    private static final Logger log = LoggerFactory.getLogger(DatabaseFiles.class);

    private static final int BUILTIN_LOCALES = 17; // no release brings an older one, but the tests run on some
    private static final Duration INITDB = Duration.ofMinutes(5);
    private static final long LOG_SIZE = 10L << 20;

    /** Where their database is reached while it listens on that port. */
    PostgresAddress address(int port) {
        try {
            String password = Files.readString(layout.databasePassword()).strip();
            return new PostgresAddress(HOST, port, USER, password, DATABASE);
        } catch (IOException e) {
            throw DataDirectory.unusable(layout.databasePassword(), e);
        }
    }

    /** Creates them if they are not there. */
    void ensure(Installation installation) {
        try {
            if (Files.exists(layout.databaseFiles())) {
                checkVersion(installation.majorVersion());
            } else {
                create(installation);
            }
        } catch (IOException e) {
            throw DataDirectory.unusable(layout.databaseFiles(), e);
        }
    }

    /** Before every start: a log of bounded size, and everything owned by whom the database runs as. */
    void prepareFor(Account account) {
        try {
            rotateLog();
            give(layout.databaseLog(), account);
            give(layout.databaseFiles(), account);
        } catch (IOException e) {
            throw DataDirectory.unusable(layout.databaseFiles(), e);
        }
    }

    private void checkVersion(int wanted) throws IOException {
        String found =
                Files.readString(layout.databaseFiles().resolve("PG_VERSION")).strip();
        if (!found.equals(Integer.toString(wanted))) {
            throw new ConfigException(
                    DataDirectory.VARIABLE,
                    layout.root() + " was written by PostgreSQL " + found + ", and this server brings PostgreSQL "
                            + wanted + ", which cannot read it: dump it with the release that wrote it, and restore"
                            + " the dump into an empty directory");
        }
    }

    private void create(Installation installation) throws IOException {
        log.info("Creating the database in {}", layout.databaseFiles());
        Account account = installation.account();
        createPassword();
        give(layout.databasePassword(), account);
        Path unfinished = Layout.unfinished(layout.root(), "pgdata");
        FileTree.give(unfinished, account.owner());
        Tool.Outcome outcome =
                installation.run("initdb", INITDB, initdbArguments(unfinished, installation.majorVersion()));
        if (!outcome.succeeded()) {
            throw new ConfigException(
                    DataDirectory.VARIABLE,
                    "no database could be created in " + layout.root() + ": " + complaints(outcome.output()));
        }
        Files.move(unfinished, layout.databaseFiles());
        FileTree.sync(layout.root());
    }

    /** Without the progress that initdb also prints. */
    private static String complaints(String output) {
        return output.lines()
                .filter(line -> line.startsWith("initdb: ") || line.contains("FATAL"))
                .collect(Collectors.joining("; "));
    }

    private List<String> initdbArguments(Path directory, int majorVersion) {
        List<String> arguments = new ArrayList<>(List.of(
                "--pgdata=" + directory,
                "--username=" + USER,
                // every local user can reach the port
                "--auth=scram-sha-256",
                "--pwfile=" + layout.databasePassword(),
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C"));
        if (majorVersion >= BUILTIN_LOCALES) {
            // PostgreSQL's own C.UTF-8: sorts the same on every system, and after every upgrade of its libc
            arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        return arguments;
    }

    /** Durable before the database that asks for it. One from a first start that was killed is as good as a new one. */
    private void createPassword() throws IOException {
        if (Files.exists(layout.databasePassword())) {
            return;
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path unfinished = Layout.unfinished(layout.root(), "password").resolve("value");
        createOwnFile(unfinished);
        Files.writeString(unfinished, HexFormat.of().formatHex(random) + "\n");
        FileTree.sync(unfinished);
        Files.move(unfinished, layout.databasePassword(), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(unfinished.resolveSibling(""));
        FileTree.sync(layout.root());
    }

    private void rotateLog() throws IOException {
        Path file = layout.databaseLog();
        if (Files.exists(file) && Files.size(file) > LOG_SIZE) {
            Files.move(file, layout.oldDatabaseLog(), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(file)) {
            createOwnFile(file);
        }
    }

    private static void createOwnFile(Path file) throws IOException {
        Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                .close();
    }

    private static void give(Path path, Account account) throws IOException {
        if (Files.getOwner(path).equals(account.owner())) {
            return;
        }
        try {
            FileTree.give(path, account.owner());
        } catch (IOException e) {
            throw new ConfigException(
                    DataDirectory.VARIABLE,
                    path + " belongs to " + Files.getOwner(path).getName() + ", and the server now runs as "
                            + account.owner().getName() + ", who may not change that: run it as before, or chown"
                            + " the whole directory");
        }
    }
}
