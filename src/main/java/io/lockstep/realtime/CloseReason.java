package io.lockstep.realtime;

import java.util.Locale;

/** Why the server closes a socket without a packet, each with the code of the WebSocket. */
enum CloseReason {
    SLOW(1013),
    SILENT(1001),
    EXPIRED(1000),
    REVOKED(1000),
    STOPPING(1001),
    FAILED(1011);

    private final short code;

    CloseReason(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
