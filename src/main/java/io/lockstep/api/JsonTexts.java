package io.lockstep.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.JsonText;
import java.io.IOException;

/** Checks the JSON that clients send, once, and takes the white space out of it; everything else stays as they spelt it. */
public final class JsonTexts {

    private static final int MAX_NESTING = 64;

    /** The text's length is bounded, so that of its numbers need not be; names are not kept, for clients choose them. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonTexts() {}

    /**
     * An object. Fails with INVALID_JSON when it is no JSON or nested too deeply, with {@code notAnObject} when it is JSON
     * of another kind, and with DATA_TOO_LARGE when it is longer than {@code maxBytes} of UTF-8 without white space.
     */
    public static JsonText parseObject(String text, int maxBytes, ErrorCode notAnObject) {
        boolean object = isObject(text);
        if (!object) {
            throw new SyncException(notAnObject, "Data must be a JSON object");
        }
        String compact = withoutWhiteSpace(text);
        if (compact.length() > maxBytes || compact.getBytes(UTF_8).length > maxBytes) {
            throw new SyncException(ErrorCode.DATA_TOO_LARGE, "Data is larger than " + maxBytes + " bytes");
        }
        return new JsonText(compact);
    }

    /** Within the bounds that hold for all that clients send. */
    static JsonParser parser(String text) throws IOException {
        return FACTORY.createParser(text);
    }

    private static boolean isObject(String text) {
        try (JsonParser parser = parser(text)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT || first == JsonToken.START_ARRAY) {
                parser.skipChildren();
            }
            if (first == null || parser.nextToken() != null) {
                throw new SyncException(ErrorCode.INVALID_JSON, "Data is not valid JSON");
            }
            return first == JsonToken.START_OBJECT;
        } catch (IOException e) {
            throw new SyncException(ErrorCode.INVALID_JSON, "Data is not valid JSON");
        }
    }

    /** Of text that is JSON: outside of strings. */
    private static String withoutWhiteSpace(String text) {
        StringBuilder compact = new StringBuilder(text.length());
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString && c == '\\') {
                compact.append(c);
                c = text.charAt(++i);
            } else if (c == '"') {
                inString = !inString;
            } else if (!inString && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
                continue;
            }
            compact.append(c);
        }
        return compact.toString();
    }
}
