package io.lockstep.embedded;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A moment until which something is waited for, by looking again and again. */
final class Deadline {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - nanoTime >= 0;
    }

    /** A short rest between two looks. An interrupt ends the wait with an exception and stays set. */
    static void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("Interrupted while waiting for the embedded PostgreSQL");
        }
    }
}
