package io.lockstep.realtime;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends subscriptions of clients that may no longer read what they follow (tokens-and-acl.md section 3.2). A database that
 * cannot be asked ends none; it is asked again.
 */
final class ReadChecks {

    private static final int CHUNK = 500; // subscriptions that are looked at together
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Hub hub;
    private final Set<Subscription> due = new LinkedHashSet<>(); // no more than there are
    private boolean underWay;

    ReadChecks(Hub hub) {
        this.hub = hub;
    }

    /** Something has changed that their rights depend on. */
    void check(Collection<Subscription> subscriptions) {
        due.addAll(subscriptions);
        if (!underWay) {
            next();
        }
    }

    private void next() {
        due.removeIf(Subscription::hasEnded);
        List<Subscription> chunk = due.stream().limit(CHUNK).toList();
        underWay = !chunk.isEmpty();
        if (underWay) {
            chunk.forEach(due::remove); // what becomes due meanwhile is looked at once more
            Future.join(chunk.stream().map(this::check).toList())
                    .onSuccess(ignored -> next())
                    .onFailure(ignored -> hub.after(RETRY, this::next));
        }
    }

    private Future<Void> check(Subscription subscription) {
        return hub.rows().readable(subscription.caller(), subscription.object()).recover(cause -> {
            if (cause instanceof SyncException refused && refused.errorCode() == ErrorCode.FORBIDDEN) {
                subscription.fail(refused);
                return Future.succeededFuture();
            }
            due.add(subscription);
            return Future.failedFuture(cause);
        });
    }
}
