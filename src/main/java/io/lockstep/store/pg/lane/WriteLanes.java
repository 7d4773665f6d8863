package io.lockstep.store.pg.lane;

import io.lockstep.write.Write;
import io.vertx.core.Future;
import java.util.List;

/** The lanes of one event loop for one kind of object. */
public final class WriteLanes<C, R> {

    private final List<WriteLane<C, R>> lanes;

    public WriteLanes(List<WriteLane<C, R>> lanes) {
        this.lanes = List.copyOf(lanes);
    }

    /**
     * Hands a write to a lane, always the same for the same Service and key.
     *
     * @param key by what the write names its object
     */
    public Future<R> submit(Object key, Write<C> write) {
        int hash = 31 * write.serviceSid().hashCode() + key.hashCode();
        return lanes.get(Math.floorMod(hash, lanes.size())).submit(write);
    }
}
