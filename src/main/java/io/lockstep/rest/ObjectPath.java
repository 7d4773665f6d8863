package io.lockstep.rest;

import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;

/** Where objects of a kind are: /v1/Services/{ServiceSid}/Documents/{Sid}, or Lists, Maps, Streams. */
enum ObjectPath {
    DOCUMENTS(Sid.Kind.DOCUMENT, "Documents"),
    LISTS(Sid.Kind.LIST, "Lists"),
    MAPS(Sid.Kind.MAP, "Maps"),
    STREAMS(Sid.Kind.STREAM, "Streams");

    private static final String SERVICES = "/v1/Services/";

    private final Sid.Kind kind;
    private final String segment;

    ObjectPath(Sid.Kind kind, String segment) {
        this.kind = kind;
        this.segment = segment;
    }

    Sid.Kind kind() {
        return kind;
    }

    /** The template of all of them. */
    String all() {
        return SERVICES + ":ServiceSid/" + segment;
    }

    /** The template of one. */
    String one() {
        return all() + "/:Sid";
    }

    /** Of the array that holds a page of them. */
    String key() {
        return kind.word() + "s";
    }

    /** Which one a request names. */
    SidOrUniqueName name(Request request) {
        return request.objectName(kind, "Sid");
    }

    /** The address of one, absolute. */
    String url(Request request, Sid service, Sid object) {
        return request.baseUrl() + SERVICES + service + "/" + segment + "/" + object;
    }
}
