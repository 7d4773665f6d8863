package io.lockstep.write;

import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import org.jspecify.annotations.Nullable;

/** What is to be done with an object. */
public interface Command {

    /** Which object must be locked for it; of a create the one, if any, whose name it wants. */
    SidOrUniqueName name();

    /** Characters of data that it carries, by which a limit may count it. */
    default int size() {
        return 0;
    }

    /** What a create must lock. */
    static SidOrUniqueName wanted(Sid sid, @Nullable String uniqueName) {
        return uniqueName == null ? new SidOrUniqueName.BySid(sid) : new SidOrUniqueName.ByName(uniqueName);
    }
}
