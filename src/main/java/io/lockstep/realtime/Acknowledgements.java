package io.lockstep.realtime;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Knows acknowledgements that differ from one that was read before in nothing but their id. A client sends as many as it is
 * told events, all alike, and nobody looks at their ids: they need not be parsed again.
 */
final class Acknowledgements {

    private static final int MAX_SHAPES = 4; // of as many kinds of clients
    private static final int MAX_LENGTH = 512; // bytes

    private final byte[] seen = new byte[MAX_LENGTH];
    private final List<Shape> shapes = new ArrayList<>(MAX_SHAPES);
    private int next;

    /** Whether a message is an acknowledgement; when it is not known to be, it is to be parsed. */
    boolean isOne(ByteBuf message) {
        int length = message.readableBytes();
        if (shapes.isEmpty() || length > MAX_LENGTH) {
            return false;
        }
        message.getBytes(message.readerIndex(), seen, 0, length);
        for (Shape shape : shapes) {
            if (shape.fits(seen, length)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A message was parsed. Where an acknowledgement names its id once, and escapes nothing, another word of the same length
     * can take its place, and nothing else changes.
     */
    void learn(Buffer message, Packet packet) {
        if (!packet.method().equals("reply") || message.length() > MAX_LENGTH || !isPlain(packet.id())) {
            return;
        }
        String text = message.toString(StandardCharsets.ISO_8859_1);
        String id = '"' + packet.id() + '"';
        int at = text.indexOf(id);
        if (at >= 0 && text.indexOf(id, at + 1) < 0 && text.indexOf('\\') < 0) {
            keep(new Shape(message.getBytes(), at + 1, at + 1 + packet.id().length()));
        }
    }

    private void keep(Shape shape) {
        if (shapes.size() < MAX_SHAPES) {
            shapes.add(shape);
        } else {
            shapes.set(next, shape);
            next = (next + 1) % MAX_SHAPES;
        }
    }

    private static boolean isPlain(String id) {
        return id.chars().allMatch(Acknowledgements::isPlain);
    }

    private static boolean isPlain(int character) {
        return isBetween('a', character, 'z')
                || isBetween('0', character, '9')
                || isBetween('A', character, 'Z')
                || character == '-';
    }

    private static boolean isBetween(char first, int character, char last) {
        return character >= first && character <= last;
    }

    /** One that was read, with where its id is. */
    private static final class Shape {

        private final byte[] bytes;
        private final int from;
        private final int to;

        Shape(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
        }

        boolean fits(byte[] other, int length) {
            if (length != bytes.length
                    || !Arrays.equals(other, 0, from, bytes, 0, from)
                    || !Arrays.equals(other, to, length, bytes, to, length)) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (!isPlain(other[i])) {
                    return false;
                }
            }
            return true;
        }
    }
}
