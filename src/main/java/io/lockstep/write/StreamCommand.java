package io.lockstep.write;

import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import org.jspecify.annotations.Nullable;

/** What is to be done with a stream; messages are none of it, for they are stored nowhere. */
public sealed interface StreamCommand extends Command {

    /**
     * A new stream.
     *
     * @param sid the new stream's
     * @param ttl seconds; 0 for ever
     */
    record Create(Sid sid, @Nullable String uniqueName, long ttl) implements StreamCommand {

        @Override
        public SidOrUniqueName name() {
            return Command.wanted(sid, uniqueName);
        }
    }

    /**
     * Another time to live.
     *
     * @param ttl seconds from now; 0 for ever
     */
    record Update(SidOrUniqueName name, long ttl) implements StreamCommand {}

    /** Its end. */
    record Delete(SidOrUniqueName name) implements StreamCommand {}

    /** Its end, if its time has come. */
    record Expire(SidOrUniqueName name) implements StreamCommand {}
}
