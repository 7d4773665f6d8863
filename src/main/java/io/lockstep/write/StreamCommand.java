package io.lockstep.write;

import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.StreamMessage;
import org.jspecify.annotations.Nullable;

/** What is to be done with a stream. */
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

    /** A message to it, which is stored nowhere but has a webhook; one that has none needs no transaction. */
    record Publish(SidOrUniqueName name, StreamMessage message) implements StreamCommand {}

    /** Its end. */
    record Delete(SidOrUniqueName name) implements StreamCommand {}

    /** Its end, if its time has come. */
    record Expire(SidOrUniqueName name) implements StreamCommand {}
}
