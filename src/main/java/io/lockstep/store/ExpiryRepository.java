package io.lockstep.store;

import io.vertx.core.Future;
import java.time.Duration;

/** Objects and items whose time has come. */
public interface ExpiryRepository {

    /**
     * Removes some of what has expired, the longest overdue first, each by a write as any other: its change is published,
     * and a webhook is due where one is wanted. Whoever meets an expired object may have removed it before.
     *
     * @param limit how much of each kind at once
     * @param horizon how far to look ahead
     * @return how long it is until something expires next; zero when there is more to do now, the horizon at most
     */
    Future<Duration> sweep(int limit, Duration horizon);
}
