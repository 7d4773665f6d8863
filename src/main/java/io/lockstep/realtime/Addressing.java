package io.lockstep.realtime;

import io.lockstep.api.Form;
import io.lockstep.model.ItemKey;
import io.lockstep.model.Sid;
import java.util.function.Supplier;

/**
 * Where clients find things: absolute, though only the path comes back (sync-client-rest.md section 1).
 *
 * @param base tells scheme, host and port, once the server listens
 */
record Addressing(Supplier<String> base) {

    static final String VERSION = "v3";

    String object(Sid service, Sid object) {
        return base.get() + "/" + VERSION + "/Services/" + service + "/" + segment(object.kind()) + "/" + object;
    }

    String item(Sid service, Sid collection, ItemKey key) {
        return object(service, collection) + "/Items/" + Form.encode(key.toString());
    }

    /** What stands in a path for objects of a kind. */
    private static String segment(Sid.Kind kind) {
        return switch (kind) {
            case DOCUMENT -> "Documents";
            case LIST -> "Lists";
            case MAP -> "Maps";
            case STREAM -> "Streams";
            default -> throw new IllegalArgumentException("no object: " + kind);
        };
    }
}
