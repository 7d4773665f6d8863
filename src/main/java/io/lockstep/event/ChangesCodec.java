package io.lockstep.event;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands {@link Changes} to consumers of this process as they are: they cannot be altered. */
final class ChangesCodec implements MessageCodec<Changes, Changes> {

    @Override
    public Changes transform(Changes changes) {
        return changes;
    }

    @Override
    public void encodeToWire(Buffer buffer, Changes changes) {
        throw new UnsupportedOperationException("changes stay in their process");
    }

    @Override
    public Changes decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("changes stay in their process");
    }

    @Override
    public String name() {
        return "changes";
    }

    @Override
    public byte systemCodecID() {
        return -1; // as Vert.x asks of every codec that is not its own
    }
}
