package io.lockstep.model;

import org.jspecify.annotations.Nullable;

/** How a request names a Service: by its SID, or as {@code default}, the account's default Service. */
public sealed interface ServiceName {

    /** The alias, and the unique name that the default Service carries. */
    String DEFAULT_ALIAS = "default";

    /** Null when {@code text} can be the name of no Service: their unique names cannot be chosen. */
    static @Nullable ServiceName parse(String text) {
        if (text.equals(DEFAULT_ALIAS)) {
            return new Default();
        }
        Sid sid = Sid.parse(Sid.Kind.SERVICE, text);
        return sid == null ? null : new BySid(sid);
    }

    /** The account's default Service, whatever its SID is; it comes into being when it is first used. */
    record Default() implements ServiceName {}

    /** One particular Service. */
    record BySid(Sid sid) implements ServiceName {}
}
