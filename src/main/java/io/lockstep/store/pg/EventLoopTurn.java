package io.lockstep.store.pg;

import io.lockstep.store.pg.lane.Turn;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The turns of whichever event loop calls. What is run on its context goes into the present one, however often: Netty looks
 * at its sockets again when that queue is empty. Only what is due by its clock waits for the turn after that, so we ask
 * Netty itself, by what Vert.x has for extensions.
 */
record EventLoopTurn(Vertx vertx) implements Turn {

    @Override
    public void atEnd(Runnable work) {
        vertx.getOrCreateContext().runOnContext(ignored -> work.run());
    }

    @Override
    public void atEndOfNext(Runnable work) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Future<?> unused =
                context.nettyEventLoop().schedule(() -> context.emit(work, Runnable::run), 0, TimeUnit.NANOSECONDS);
    }
}
