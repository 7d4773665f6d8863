package io.lockstep.model;

import org.jspecify.annotations.Nullable;

/** How a request names an object: by its SID, or by the unique name that its creator chose. */
public sealed interface SidOrUniqueName {

    /** What is shaped like a SID is one; it is null when it is not of that kind, and so the SID of nothing. */
    static @Nullable SidOrUniqueName parse(Sid.Kind kind, String text) {
        if (!Sid.isSid(text)) {
            return new ByName(text);
        }
        Sid sid = Sid.parse(kind, text);
        return sid == null ? null : new BySid(sid);
    }

    /** By SID. */
    record BySid(Sid sid) implements SidOrUniqueName {}

    /** By unique name, within a Service and a kind of object. */
    record ByName(String name) implements SidOrUniqueName {}
}
