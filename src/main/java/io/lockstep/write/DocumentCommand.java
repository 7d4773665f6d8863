package io.lockstep.write;

import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import org.jspecify.annotations.Nullable;

/** What is to be done with a document. */
public sealed interface DocumentCommand extends Command {

    /**
     * A new document.
     *
     * @param sid the new document's
     * @param ttl seconds; 0 for ever
     */
    record Create(Sid sid, @Nullable String uniqueName, JsonText data, long ttl) implements DocumentCommand {

        @Override
        public SidOrUniqueName name() {
            return Command.wanted(sid, uniqueName);
        }
    }

    /**
     * Other data, another time to live, or both.
     *
     * @param data null keeps it
     * @param ttl seconds from now, 0 for ever; null keeps the date
     * @param ifMatch the revision that it must have; null for any
     */
    record Update(
            SidOrUniqueName name,
            @Nullable JsonText data,
            @Nullable Long ttl,
            @Nullable String ifMatch) implements DocumentCommand {

        @Override
        public int size() {
            return data == null ? 0 : data.text().length();
        }
    }

    /**
     * Its end.
     *
     * @param ifMatch the revision that it must have; null for any
     */
    record Delete(SidOrUniqueName name, @Nullable String ifMatch) implements DocumentCommand {}

    /** Its end, if its time has come. */
    record Expire(SidOrUniqueName name) implements DocumentCommand {}
}
