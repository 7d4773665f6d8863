package io.lockstep.realtime;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of packets that we send; those of one event loop, and so of one socket, all differ. */
final class PacketIds {

    private static final HexFormat HEX = HexFormat.of();

    private final String prefix =
            "TM" + HEX.toHexDigits(ThreadLocalRandom.current().nextLong());
    private long last;

    String next() {
        return prefix + HEX.toHexDigits(++last);
    }
}
