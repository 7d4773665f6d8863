package io.lockstep.cli;

import io.lockstep.model.Sid;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What commands share in reading their arguments and telling of results. */
final class Arguments {

    private Arguments() {}

    static Sid sid(Sid.Kind kind, String text) {
        Sid sid = Sid.parse(kind, text);
        if (sid == null) {
            throw new IllegalArgumentException("'" + text + "' is no SID of that kind");
        }
        return sid;
    }

    static <T> T found(@Nullable T result, Sid sid) {
        if (result == null) {
            throw new IllegalStateException("there is no " + sid);
        }
        return result;
    }

    static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Picocli sets it before a command runs. */
    static CommandLineTool tool(@Nullable CommandLineTool parent) {
        if (parent == null) {
            throw new IllegalStateException("a command runs below its tool");
        }
        return parent;
    }
}
