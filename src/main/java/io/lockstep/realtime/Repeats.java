package io.lockstep.realtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Answers to writes that may be sent again with the same id, which the SDK does after a 502, 503 or 504: for two minutes,
 * on one node, shared by its event loops. What was not carried out is forgotten at once.
 */
public final class Repeats {

    private static final Duration KEPT_FOR = Duration.ofMinutes(2);
    private static final int MAX_ENTRIES = 50_000; // replies to writes carry no data: about a kilobyte each

    private final Cache<Key, Future<ClientReply>> answers = Caffeine.newBuilder()
            .expireAfterWrite(KEPT_FOR)
            .maximumSize(MAX_ENTRIES)
            .executor(Runnable::run)
            .build();

    /** The answer to the first of its kind; the work is done by that alone. Belongs to the event loop that calls. */
    Future<ClientReply> once(Vertx vertx, Key key, Supplier<Future<ClientReply>> work) {
        Promise<ClientReply> first = Promise.promise();
        Future<ClientReply> known = answers.asMap().putIfAbsent(key, first.future());
        if (known == null) {
            return work.get().onComplete(done -> {
                if (done.failed() || wasNotCarriedOut(done.result())) {
                    answers.asMap().remove(key, first.future());
                }
                first.handle(done);
            });
        }
        Promise<ClientReply> again = Promise.promise();
        var here = vertx.getOrCreateContext();
        known.onComplete(done -> here.runOnContext(ignored -> again.handle(done)));
        return again.future();
    }

    private static boolean wasNotCarriedOut(ClientReply reply) {
        return reply.status() == 429 || reply.status() == 503;
    }

    /**
     * Whose request, and which.
     *
     * @param id that the client gave it
     * @param target its method and path, so that an id that is used again for something else is not taken for the same
     */
    record Key(Sid service, String identity, String id, String target) {}
}
