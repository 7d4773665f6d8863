package io.lockstep.rest;

import java.util.Locale;

/** The kinds of objects beside documents, as paths and answers call them. */
enum ObjectKind {
    LISTS("ES"),
    MAPS("MP"),
    STREAMS("TO");

    /** A Service that every account has. */
    static final String DEFAULT_SERVICE = "/v1/Services/default";

    private final String prefix;

    ObjectKind(String prefix) {
        this.prefix = prefix;
    }

    /** The path of all of them in a Service. */
    String in(String service) {
        return service + "/" + name().charAt(0) + key().substring(1);
    }

    /** The same in the default Service. */
    String inDefault() {
        return in(DEFAULT_SERVICE);
    }

    /** The array that holds a page of them. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What an item or a permission calls its collection's SID. */
    String sidProperty() {
        return key().substring(0, key().length() - 1) + "_sid";
    }

    /** What a SID begins with. */
    String prefix() {
        return prefix;
    }

    /** A SID that nothing has. */
    String unknownSid() {
        return prefix + "0123456789abcdef0123456789abcdef";
    }
}
