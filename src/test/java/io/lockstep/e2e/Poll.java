package io.lockstep.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what another process is about to do. */
final class Poll {

    private static final Duration PAUSE = Duration.ofMillis(10);

    private Poll() {}

    /** Looks again and again, and fails when nothing has come of it within the limit. */
    static void until(String what, Duration limit, Callable<Boolean> condition) {
        long since = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - since > limit.toNanos()) {
                throw new AssertionError("Not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
