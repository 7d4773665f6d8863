package io.lockstep.embedded;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What PostgreSQL is told at every start; the rest is its default. */
final class Settings {

    private static final List<String> SETTINGS = List.of(
            // what it has confirmed survives a power cut: the defaults, but not to be changed by an edited file
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            // reached by this machine only; no socket files, whose paths are limited to 107 bytes
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=100",
            "shared_buffers=128MB",
            // containers often have a /dev/shm of 64 MB, and systemd empties it when a user logs out
            "dynamic_shared_memory_type=sysv",
            "max_wal_size=2GB",
            "checkpoint_timeout=15min",
            // compiling costs more than it gains where every statement is short; neither are there big ones to share
            // out
            "jit=off",
            "max_parallel_workers_per_gather=0",
            "timezone=UTC",
            "log_timezone=UTC",
            // no user's data in the log
            "log_error_verbosity=terse",
            "log_min_error_statement=panic");

    private Settings() {}

    /** As pg_ctl passes them on through a shell: there must be nothing to quote in them. */
    static String forPort(int port) {
        return Stream.concat(Stream.of("port=" + port), SETTINGS.stream())
                .map(setting -> "-c " + setting)
                .collect(Collectors.joining(" "));
    }
}
