package io.lockstep.realtime;

import io.lockstep.event.Shards;
import io.lockstep.model.Sid;
import io.lockstep.store.ReplayRepository.Followed;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Compares the objects that are followed with their rows, which are the truth: what a lost message would have told is told
 * by reading it. Belongs to one event loop.
 */
final class Comparison {

    private static final int CHUNK = 500; // objects
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Hub hub;
    private long due = Shards.NONE;
    private boolean underWay;

    Comparison(Hub hub) {
        this.hub = hub;
    }

    /** Objects of these shards may have changed without a word. What is asked for during a comparison is done after it. */
    void start(long shards) {
        due |= shards;
        if (!underWay) {
            next();
        }
    }

    private void next() {
        long shards = due;
        due = Shards.NONE;
        List<Watch> watches = hub.watches().stream()
                .filter(watch -> Shards.contains(shards, Shards.of(watch.object())) && watch.isComparable())
                .toList();
        underWay = !watches.isEmpty();
        if (underWay) {
            compare(watches, 0).onSuccess(ignored -> next()).onFailure(ignored -> {
                due |= shards;
                hub.after(RETRY, this::next);
            });
        }
    }

    private Future<Void> compare(List<Watch> watches, int from) {
        if (from >= watches.size()) {
            return Future.succeededFuture();
        }
        List<Watch> chunk = watches.subList(from, Math.min(watches.size(), from + CHUNK));
        return hub.rows()
                .lastEventIds(chunk.stream()
                        .map(watch -> new Followed(watch.service(), watch.object()))
                        .toList())
                .compose(found -> {
                    chunk.forEach(watch -> compare(watch, found));
                    return compare(watches, from + CHUNK);
                });
    }

    private static void compare(Watch watch, Map<Sid, Long> found) {
        Long lastEventId = found.get(watch.object());
        if (lastEventId == null) {
            watch.missing();
        } else {
            watch.reached(lastEventId);
        }
    }
}
