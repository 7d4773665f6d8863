package io.lockstep.store.pg.lane;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/**
 * What a lane has to tell those who wait, some of it in each turn of the event loop: between them the event loop looks at its
 * sockets, so that the database, which works at the next batch, does not wait until this one has been told to all.
 */
final class Answers {

    private static final int IN_A_TURN = 8;

    private final Turn turn;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean goingOn;

    Answers(Turn turn) {
        this.turn = turn;
    }

    /** Behind those of before, of which none waits any longer then: more than a batch never does. */
    void tell(Collection<Runnable> answers) {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
        waiting.addAll(answers);
        tellSome();
    }

    private void tellSome() {
        for (int i = 0; i < IN_A_TURN && !waiting.isEmpty(); i++) {
            waiting.remove().run();
        }
        if (!waiting.isEmpty() && !goingOn) {
            goingOn = true;
            turn.atEndOfNext(() -> {
                goingOn = false;
                tellSome();
            });
        }
    }
}
