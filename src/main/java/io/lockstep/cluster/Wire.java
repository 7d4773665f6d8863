package io.lockstep.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The simple values that messages between nodes are made of. */
final class Wire {

    private static final int NULL = -1;

    private Wire() {}

    /** Writes them, one after the other. */
    static final class Writer {

        private final Buffer buffer = Buffer.buffer(512);

        Buffer buffer() {
            return buffer;
        }

        void octet(int value) {
            buffer.appendByte((byte) value);
        }

        void count(int value) {
            buffer.appendInt(value);
        }

        void number(long value) {
            buffer.appendLong(value);
        }

        void uuid(UUID value) {
            buffer.appendLong(value.getMostSignificantBits()).appendLong(value.getLeastSignificantBits());
        }

        void text(@Nullable String value) {
            if (value == null) {
                buffer.appendInt(NULL);
                return;
            }
            byte[] bytes = value.getBytes(UTF_8);
            buffer.appendInt(bytes.length).appendBytes(bytes);
        }

        void instant(@Nullable Instant value) {
            buffer.appendInt(value == null ? NULL : value.getNano());
            if (value != null) {
                buffer.appendLong(value.getEpochSecond());
            }
        }
    }

    /** Reads them again. Each method fails with {@link MalformedMessageException} when there is no such value. */
    static final class Reader {

        private final Buffer buffer;
        private int position;

        Reader(Buffer buffer) {
            this.buffer = buffer;
        }

        private int take(int bytes) {
            if (bytes < 0 || bytes > buffer.length() - position) {
                throw new MalformedMessageException("too short");
            }
            int from = position;
            position += bytes;
            return from;
        }

        byte octet() {
            return buffer.getByte(take(Byte.BYTES));
        }

        /** Fails when the next octet is not what it has to be. */
        void require(byte version) {
            byte found = octet();
            if (found != version) {
                throw new MalformedMessageException("version " + found);
            }
        }

        int count() {
            return buffer.getInt(take(Integer.BYTES));
        }

        long number() {
            return buffer.getLong(take(Long.BYTES));
        }

        UUID uuid() {
            return new UUID(number(), number());
        }

        @Nullable
        String textOrNull() {
            int length = count();
            if (length == NULL) {
                return null;
            }
            int from = take(length);
            return buffer.getString(from, position, UTF_8.name());
        }

        String text() {
            String text = textOrNull();
            if (text == null) {
                throw new MalformedMessageException("a text is missing");
            }
            return text;
        }

        @Nullable
        Instant instantOrNull() {
            int nanos = count();
            if (nanos == NULL) {
                return null;
            }
            try {
                return Instant.ofEpochSecond(number(), nanos);
            } catch (DateTimeException | ArithmeticException e) {
                throw new MalformedMessageException("no date");
            }
        }

        Instant instant() {
            Instant instant = instantOrNull();
            if (instant == null) {
                throw new MalformedMessageException("a date is missing");
            }
            return instant;
        }

        /** Fails when something is left. */
        void end() {
            if (position != buffer.length()) {
                throw new MalformedMessageException("too long");
            }
        }
    }
}
