package io.lockstep.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Work of one kind of which only some may be under way, so that a burst of it does not take the database from everybody else.
 * The rest waits for its turn; what asks for it bounds how much that can be. Belongs to one event loop.
 */
final class Turns {

    private final int max;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;

    /**
     * @param max how many may be under way
     */
    Turns(int max) {
        this.max = max;
    }

    /** The outcome of some work, which is begun when it is its turn. */
    <T> Future<T> run(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        waiting.add(() -> work.get().onComplete(outcome -> {
            underWay--;
            done.handle(outcome);
            next();
        }));
        next();
        return done.future();
    }

    private void next() {
        while (underWay < max && !waiting.isEmpty()) {
            underWay++;
            waiting.remove().run();
        }
    }
}
