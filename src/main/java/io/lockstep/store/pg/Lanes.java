package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.Once;
import io.lockstep.store.pg.lane.WriteLanes;
import io.lockstep.write.Command;
import io.lockstep.write.Write;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The lanes of one kind of object. Writes that name an object in the same way go to one lane, and so into one batch. */
record Lanes<C extends Command, R>(WriteLanes<Keyed<C, R>, R> lanes) {

    Future<R> submit(Caller caller, Sid service, C command, @Nullable Once<R> once) {
        return lanes.submit(key(command.name()), new Write<>(caller, service, new Keyed<>(command, once)));
    }

    private static Object key(SidOrUniqueName name) {
        return name instanceof SidOrUniqueName.BySid one ? one.sid() : ((SidOrUniqueName.ByName) name).name();
    }
}
