package io.lockstep.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
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

    private static final int LEAST_SHARED = 128; // megabytes, PostgreSQL's default
    private static final int MOST_SHARED = 1024;

    private Settings() {}

    /** As pg_ctl passes them on through a shell: there must be nothing to quote in them. */
    static String forPort(int port) {
        return Stream.concat(Stream.of("port=" + port, "shared_buffers=" + shared() + "MB"), SETTINGS.stream())
                .map(setting -> "-c " + setting)
                .collect(Collectors.joining(" "));
    }

    /**
     * Megabytes of rows that PostgreSQL keeps at hand: an eighth of the memory there is, or of what a container may have. It
     * takes them when it reads so many rows, not before.
     */
    private static long shared() {
        long bytes =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return Math.max(LEAST_SHARED, Math.min(MOST_SHARED, (bytes / 8) >> 20));
    }
}
