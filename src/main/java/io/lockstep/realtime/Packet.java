package io.lockstep.realtime;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message of the protocol: a header that is JSON, and a payload that usually is (twilsock-protocol.md section 2). All
 * lengths are bytes.
 *
 * @param payload empty when there is none
 */
record Packet(JsonObject header, Buffer payload) {

    private static final byte[] MAGIC = "TWILSOCK V3.0 ".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HEADER = 65_536;
    private static final int MAX_ID = 256;
    private static final int MAX_DIGITS = 5; // of the header's length
    private static final Buffer NONE = Buffer.buffer();

    /** What is to be done; never empty. */
    String method() {
        return header.getString("method");
    }

    /** What a reply repeats; never empty. */
    String id() {
        return header.getString("id");
    }

    /** Without a payload. */
    static Buffer encode(JsonObject header) {
        return encode(header, NONE);
    }

    /**
     * The bytes of a packet, as clients of all kinds take it: compact, and with CRLF behind a payload.
     *
     * @param header without the size of the payload
     * @param payload JSON without line breaks; empty for none
     */
    static Buffer encode(JsonObject header, Buffer payload) {
        header.put("payload_size", payload.length());
        if (payload.length() > 0) {
            header.put("payload_type", "application/json");
        }
        Buffer head = header.toBuffer();
        Buffer packet = Buffer.buffer(head.length() + payload.length() + 32)
                .appendBytes(MAGIC)
                .appendString(Integer.toString(head.length()))
                .appendString("\r\n")
                .appendBuffer(head)
                .appendString("\r\n");
        return payload.length() == 0 ? packet : packet.appendBuffer(payload).appendString("\r\n");
    }

    /**
     * Reads one message. Some clients leave a blank behind the header's length, leave out the size of a payload that is not
     * there, or put CRLF behind one that is. Fails with {@link MalformedPacketException}.
     */
    static Packet decode(Buffer message) {
        int lineEnd = lineEnd(message);
        int headerStart = lineEnd + 2;
        int headerEnd = headerStart + headerLength(message, lineEnd);
        expectLineBreak(message, headerEnd);
        JsonObject header = header(message.slice(headerStart, headerEnd));
        int payloadStart = headerEnd + 2;
        int payloadEnd = payloadStart + payloadSize(header, message.length() - payloadStart);
        if (payloadEnd < message.length()) {
            expectLineBreak(message, payloadEnd);
            if (payloadEnd + 2 != message.length()) {
                throw new MalformedPacketException("more than a payload");
            }
        }
        return new Packet(header, message.slice(payloadStart, payloadEnd));
    }

    private static int lineEnd(Buffer message) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= message.length() || message.getByte(i) != MAGIC[i]) {
                throw new MalformedPacketException("another protocol");
            }
        }
        int last = Math.min(message.length(), MAGIC.length + MAX_DIGITS + 2);
        for (int i = MAGIC.length; i < last; i++) {
            if (message.getByte(i) == '\r') {
                expectLineBreak(message, i);
                return i;
            }
        }
        throw new MalformedPacketException("no length of a header");
    }

    private static int headerLength(Buffer message, int lineEnd) {
        int end = message.getByte(lineEnd - 1) == ' ' ? lineEnd - 1 : lineEnd;
        int length = 0;
        for (int i = MAGIC.length; i < end; i++) {
            int digit = message.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedPacketException("a header's length that is no number");
            }
            length = length * 10 + digit;
        }
        if (length == 0 || length > MAX_HEADER) {
            throw new MalformedPacketException("a header of " + length + " bytes");
        }
        return length;
    }

    private static void expectLineBreak(Buffer message, int at) {
        if (at + 2 > message.length() || message.getByte(at) != '\r' || message.getByte(at + 1) != '\n') {
            throw new MalformedPacketException("no line break where one must be");
        }
    }

    private static JsonObject header(Buffer json) {
        JsonObject header;
        try {
            header = new JsonObject(json);
        } catch (DecodeException | ClassCastException e) {
            throw new MalformedPacketException("a header that is no JSON object");
        }
        if (text(header, "method") == null || text(header, "id") == null) {
            throw new MalformedPacketException("a header without method or id");
        }
        return header;
    }

    private static @Nullable String text(JsonObject header, String name) {
        return header.getValue(name) instanceof String text && !text.isEmpty() && text.length() <= MAX_ID ? text : null;
    }

    private static int payloadSize(JsonObject header, int available) {
        Object size = header.getValue("payload_size");
        if (size == null) {
            return 0;
        }
        if (size instanceof Integer number && number >= 0 && number <= available) {
            return number;
        }
        throw new MalformedPacketException("a payload of another size");
    }
}
