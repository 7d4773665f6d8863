package io.lockstep.realtime;

import io.lockstep.api.Form;
import io.lockstep.api.ItemKeys;
import io.lockstep.api.JsonFields;
import io.lockstep.api.JsonTexts;
import io.lockstep.api.Parameters;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as it comes over a socket (twilsock-protocol.md section 6). The host is not looked at; names and values
 * are percent-decoded, and a value may come as an array.
 *
 * @param path what stands between its slashes, decoded, from the version on
 * @param headers by their names in lower case
 */
record ClientRequest(
        Caller.Client caller,
        String method,
        List<String> path,
        Map<String, String> parameters,
        Map<String, String> headers,
        Buffer body) {

    private static final int MAX_PREFIX = 8; // segments before the version: a configured address may have a path

    /** Fails with MALFORMED_REQUEST or INVALID_PARAMETER. */
    static ClientRequest of(Caller.Client caller, Packet packet) {
        boolean complete = packet.header().getValue("http_request") instanceof JsonObject request
                && request.getValue("path") instanceof String
                && request.getValue("method") instanceof String;
        if (!complete) {
            throw new SyncException(ErrorCode.MALFORMED_REQUEST, "A message needs a method and a path");
        }
        JsonObject request = packet.header().getJsonObject("http_request");
        return new ClientRequest(
                caller,
                request.getString("method").toUpperCase(Locale.ROOT),
                path(whole(request.getString("path"))),
                values(request, "params", true),
                values(request, "headers", false),
                packet.payload());
    }

    private static List<String> path(String text) {
        List<String> segments = List.of(text.split("[?#]", 2)[0].split("/", -1));
        int from = 0;
        while (from < Math.min(segments.size(), MAX_PREFIX)
                && !segments.get(from).matches("v[34]")) {
            from++;
        }
        List<String> decoded = new ArrayList<>();
        segments.subList(Math.min(from, segments.size()), segments.size())
                .forEach(segment -> decoded.add(Form.decodeSegment(segment)));
        return decoded;
    }

    private static Map<String, String> values(JsonObject request, String name, boolean parameters) {
        Map<String, String> values = new HashMap<>();
        if (request.getValue(name) instanceof JsonObject object) {
            for (String key : object.fieldNames()) {
                Object value = object.getValue(key);
                Object one = value instanceof JsonArray several && !several.isEmpty() ? several.getValue(0) : value;
                if (one instanceof String text) {
                    values.put(
                            parameters ? key : key.toLowerCase(Locale.ROOT),
                            parameters ? Form.decode(whole(text)) : text);
                }
            }
        }
        return values;
    }

    /** Whether it asks for many items, and not for one. */
    boolean isForPage() {
        return method.equals("GET")
                && !path.isEmpty()
                && path.get(path.size() - 1).equals("Items")
                && parameter("Index") == null
                && parameter("Key") == null;
    }

    /** Half a surrogate pair would become something else. */
    private static String whole(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new SyncException(ErrorCode.INVALID_PARAMETER, "The request holds what is no character");
        }
        return text;
    }

    /** A parameter; null when it was not sent. */
    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    /** A header; null when it was not sent. */
    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** The fields of the body, which is JSON whatever its type says. Fails with INVALID_JSON. */
    JsonFields fields() {
        return JsonFields.parse(body.toString(StandardCharsets.UTF_8));
    }

    /** A JSON object in the body; null when it is not there. */
    static @Nullable JsonText data(JsonFields fields, int maxBytes, ErrorCode notAnObject) {
        String json = fields.json("data");
        return json == null ? null : JsonTexts.parseObject(json, maxBytes, notAnObject);
    }

    /** The same, which must be there. */
    static JsonText requiredData(JsonFields fields, int maxBytes, ErrorCode notAnObject) {
        JsonText data = data(fields, maxBytes, notAnObject);
        if (data == null) {
            throw new SyncException(notAnObject, "data is required");
        }
        return data;
    }

    /** Seconds to live, 0 for ever; null when it is not there. Fails with INVALID_TTL. */
    static @Nullable Long ttl(JsonFields fields) {
        String text = fields.text("ttl");
        return text == null ? null : Parameters.ttl("ttl", text);
    }

    /** The same, which must be there: nothing else can be changed. */
    static long requiredTtl(JsonFields fields) {
        Long ttl = ttl(fields);
        if (ttl == null) {
            throw new SyncException(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return ttl;
    }

    /** The revision that is asked for; {@code -1} for none at all; null when any will do. */
    @Nullable
    String ifMatch() {
        String header = header("if-match");
        boolean absent = header != null && header.strip().replace("\"", "").equals("-1");
        return absent ? "-1" : Parameters.ifMatch(header);
    }

    /** What a segment of the path names; fails as a SID of another kind does that names nothing. */
    static SidOrUniqueName name(Sid.Kind kind, String segment) {
        SidOrUniqueName name = SidOrUniqueName.parse(kind, segment);
        if (name == null) {
            throw new SyncException(ErrorCode.NOT_FOUND, "No " + kind.word() + " has such a SID");
        }
        return name;
    }

    /** The index or the key that a text spells. */
    static ItemKey key(Sid.Kind collection, @Nullable String text) {
        return ItemKeys.parse(collection, text == null ? "" : text);
    }
}
