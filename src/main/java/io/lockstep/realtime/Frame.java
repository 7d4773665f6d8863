package io.lockstep.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One packet as a WebSocket carries it. A server's frames are not masked, so all sockets that are told the same are sent the
 * same bytes: these lie outside of the heap, from where they are written without a copy, until the {@link Turn} is over.
 */
final class Frame {

    private static final int BINARY = 0x82; // the only frame of its message
    private static final int MAX_SHORT = 125; // bytes
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MAX_HEAD = 10; // bytes

    private final Buffer packet;
    private @Nullable ByteBuf bytes;

    Frame(Buffer packet) {
        this.packet = packet;
    }

    /** Bytes of the packet. */
    int length() {
        return packet.length();
    }

    /** What to write to one more socket, which releases it. */
    ByteBuf bytes(ByteBufAllocator allocator, Turn turn) {
        ByteBuf framed = bytes;
        if (framed == null) {
            framed = encode(allocator);
            bytes = framed;
            turn.uses(this);
        }
        return framed.retainedDuplicate();
    }

    private ByteBuf encode(ByteBufAllocator allocator) {
        int length = packet.length();
        ByteBuf framed = allocator.directBuffer(length + MAX_HEAD).writeByte(BINARY);
        if (length <= MAX_SHORT) {
            framed.writeByte(length);
        } else if (length < 1 << 16) {
            framed.writeByte(TWO_BYTES).writeShort(length);
        } else {
            framed.writeByte(EIGHT_BYTES).writeLong(length);
        }
        return framed.writeBytes(packet.getBytes());
    }

    /** The turn is over: whoever is written to later makes the bytes anew. */
    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
