package io.lockstep.api;

import io.lockstep.model.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object, field after field; a null is written, never left out. By hand: every answer is written here, and
 * a general writer costs more than all else that we do for one. Names are ours and need no escapes.
 */
public final class JsonWriter {

    private static final int USUAL_SIZE = 1024;
    private static final HexFormat HEX = HexFormat.of();

    private final StringBuilder text = new StringBuilder(USUAL_SIZE);

    private JsonWriter() {}

    /** The object that {@code fields} writes. */
    public static Buffer object(Consumer<JsonWriter> fields) {
        JsonWriter json = new JsonWriter();
        json.object(json, fields);
        return Buffer.buffer(json.text.toString());
    }

    private <T> void object(T content, Consumer<T> fields) {
        text.append('{');
        fields.accept(content);
        text.append('}');
    }

    /** A string, or null. */
    public JsonWriter put(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            text.append('"');
            escape(value);
            text.append('"');
        }
        return this;
    }

    /** JSON that has been checked, as it is. */
    public JsonWriter putJson(String name, JsonText value) {
        name(name).append(value.text());
        return this;
    }

    /** A number. */
    public JsonWriter put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** A number, or null. */
    public JsonWriter putNumber(String name, @Nullable Number value) {
        name(name).append(value);
        return this;
    }

    /** A boolean. */
    public JsonWriter put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** An object within. */
    public JsonWriter putObject(String name, Consumer<JsonWriter> fields) {
        name(name);
        object(this, fields);
        return this;
    }

    /** An array of objects. */
    public <T> JsonWriter putArray(String name, Iterable<T> elements, Consumer<T> fields) {
        name(name).append('[');
        for (T element : elements) {
            separate();
            object(element, fields);
        }
        text.append(']');
        return this;
    }

    private StringBuilder name(String name) {
        separate();
        return text.append('"').append(name).append("\":");
    }

    private void separate() {
        char last = text.charAt(text.length() - 1);
        if (last != '{' && last != '[') {
            text.append(',');
        }
    }

    private void escape(String value) {
        int plainFrom = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ') {
                text.append(value, plainFrom, i).append("\\u").append(HEX.toHexDigits(c));
                plainFrom = i + 1;
            } else if (c == '"' || c == '\\') {
                text.append(value, plainFrom, i).append('\\');
                plainFrom = i;
            }
        }
        text.append(value, plainFrom, value.length());
    }
}
