package io.lockstep.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, the values still as their sender spelt them: what is stored is not spelt anew. */
public final class JsonFields {

    private static final int MAX_FIELDS = 100;

    private final Map<String, Field> fields;

    private JsonFields(Map<String, Field> fields) {
        this.fields = fields;
    }

    /** Of empty text, as of an empty object, there are none. Fails with INVALID_JSON when it is no JSON object. */
    public static JsonFields parse(String text) {
        Map<String, Field> fields = new HashMap<>();
        if (!text.isBlank()) {
            try (JsonParser parser = JsonTexts.parser(text)) {
                read(parser, text, fields);
            } catch (IOException e) {
                throw invalid();
            }
        }
        return new JsonFields(fields);
    }

    private static void read(JsonParser parser, String text, Map<String, Field> fields) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw invalid();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME && fields.size() < MAX_FIELDS) {
            String name = parser.currentName();
            JsonToken kind = parser.nextToken();
            int start = (int) parser.currentTokenLocation().getCharOffset();
            String string = kind == JsonToken.VALUE_STRING ? parser.getText() : null;
            parser.skipChildren();
            parser.finishToken();
            int end = (int) parser.currentLocation().getCharOffset();
            fields.put(name, new Field(kind, text.substring(start, end).strip(), string));
        }
        if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
            throw invalid();
        }
    }

    private static SyncException invalid() {
        return new SyncException(ErrorCode.INVALID_JSON, "The body is no JSON object");
    }

    /** The JSON of a field; null when it is not there, or null. */
    public @Nullable String json(String name) {
        Field field = present(name);
        return field == null ? null : field.json();
    }

    /**
     * The text of a string, and of another value its JSON; null when it is not there, or null. Fails with
     * INVALID_PARAMETER when it cannot be stored as it is: a NUL, or half a surrogate pair.
     */
    public @Nullable String text(String name) {
        Field field = present(name);
        if (field == null) {
            return null;
        }
        String text = field.string() != null ? field.string() : field.json();
        if (text.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(text)) {
            throw new SyncException(ErrorCode.INVALID_PARAMETER, name + " holds what is no character");
        }
        return text;
    }

    private @Nullable Field present(String name) {
        Field field = fields.get(name);
        return field == null || field.kind() == JsonToken.VALUE_NULL ? null : field;
    }

    /**
     * @param string its text when it is one
     */
    private record Field(
            JsonToken kind, String json, @Nullable String string) {}
}
