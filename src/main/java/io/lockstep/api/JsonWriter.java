package io.lockstep.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lockstep.model.JsonText;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object as bytes, field after field; a null is written, never left out. */
public final class JsonWriter {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int USUAL_SIZE = 1024;

    private final JsonGenerator generator;

    private JsonWriter(JsonGenerator generator) {
        this.generator = generator;
    }

    /** The object that {@code fields} writes. */
    public static Buffer object(Consumer<JsonWriter> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            generator.writeStartObject();
            fields.accept(new JsonWriter(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** A string, or null. */
    public JsonWriter put(String name, @Nullable String value) {
        return write(() -> generator.writeStringField(name, value));
    }

    /** JSON that has been checked, as it is. */
    public JsonWriter putJson(String name, JsonText value) {
        return write(() -> {
            generator.writeFieldName(name);
            generator.writeRawValue(value.text());
        });
    }

    /** A number. */
    public JsonWriter put(String name, long value) {
        return write(() -> generator.writeNumberField(name, value));
    }

    /** A boolean. */
    public JsonWriter put(String name, boolean value) {
        return write(() -> generator.writeBooleanField(name, value));
    }

    /** An object within. */
    public JsonWriter putObject(String name, Consumer<JsonWriter> fields) {
        return write(() -> {
            generator.writeObjectFieldStart(name);
            fields.accept(this);
            generator.writeEndObject();
        });
    }

    /** An array of objects. */
    public <T> JsonWriter putArray(String name, Iterable<T> elements, Consumer<T> fields) {
        return write(() -> {
            generator.writeArrayFieldStart(name);
            for (T element : elements) {
                generator.writeStartObject();
                fields.accept(element);
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }

    private JsonWriter write(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
