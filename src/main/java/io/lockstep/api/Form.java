package io.lockstep.api;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Decodes {@code application/x-www-form-urlencoded} text, strictly: broken percent-encoding, a NUL (which PostgreSQL
 * cannot store) and what is no UTF-8, lone surrogates included, are refused and never mended.
 */
public final class Form {

    private static final int MAX_FIELDS = 1000;

    private Form() {}

    /** The fields by name; of several of one name the last counts. Fails with INVALID_PARAMETER. */
    public static Map<String, String> parse(byte[] text) {
        Map<String, String> fields = new HashMap<>();
        int start = 0;
        while (start < text.length) {
            int end = indexOf(text, '&', start, text.length);
            if (end > start) {
                int equals = indexOf(text, '=', start, end);
                fields.put(decode(text, start, equals, true), decode(text, Math.min(equals + 1, end), end, true));
            }
            if (fields.size() > MAX_FIELDS) {
                throw invalid("more than " + MAX_FIELDS + " parameters");
            }
            start = end + 1;
        }
        return fields;
    }

    /** One segment of a path, where a plus is a plus. Fails with INVALID_PARAMETER. */
    public static String decodeSegment(String segment) {
        byte[] text = segment.getBytes(StandardCharsets.UTF_8);
        return decode(text, 0, text.length, false);
    }

    /** A parameter's name or value, where a plus is a space. Fails with INVALID_PARAMETER. */
    public static String decode(String parameter) {
        byte[] text = parameter.getBytes(StandardCharsets.UTF_8);
        return decode(text, 0, text.length, true);
    }

    /** As a segment of a path, where a space is no plus. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static int indexOf(byte[] text, char wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (text[i] == wanted) {
                return i;
            }
        }
        return end;
    }

    private static String decode(byte[] text, int from, int end, boolean plusIsSpace) {
        byte[] decoded = new byte[end - from];
        int length = 0;
        for (int i = from; i < end; i++) {
            byte b = text[i];
            if (b == '%') {
                b = (byte) (hex(text, i + 1, end) << 4 | hex(text, i + 2, end));
                i += 2;
            } else if (b == '+' && plusIsSpace) {
                b = ' ';
            }
            if (b == 0) {
                throw invalid("a NUL character");
            }
            decoded[length++] = b;
        }
        return utf8(decoded, length);
    }

    private static int hex(byte[] text, int index, int end) {
        int digit = index < end ? Character.digit(text[index], 16) : -1;
        if (digit < 0) {
            throw invalid("broken percent-encoding");
        }
        return digit;
    }

    private static String utf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder() // which reports what is malformed
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("text that is not UTF-8");
        }
    }

    private static SyncException invalid(String what) {
        return new SyncException(ErrorCode.INVALID_PARAMETER, "The request holds " + what);
    }
}
