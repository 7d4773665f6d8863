package io.lockstep.realtime;

/** What arrived is no packet: whoever sent it does not speak the protocol. */
final class MalformedPacketException extends RuntimeException {

    /**
     * @param message what is wrong with it; nothing of what it holds
     */
    MalformedPacketException(String message) {
        super(message, null, false, false); // an expected outcome needs no stack trace
    }
}
