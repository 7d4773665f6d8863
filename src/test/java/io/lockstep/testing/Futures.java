package io.lockstep.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting on futures from a test's own thread. */
public final class Futures {

    private static final int PATIENCE = 20; // seconds

    private Futures() {}

    public static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no result in " + PATIENCE + " s", e);
        }
    }

    public static void assertFails(Future<?> future, ErrorCode expected) {
        Throwable thrown = catchThrowable(() -> await(future));
        assertThat(thrown).isInstanceOf(SyncException.class);
        assertThat(((SyncException) thrown).errorCode()).isEqualTo(expected);
    }
}
