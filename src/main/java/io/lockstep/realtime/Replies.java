package io.lockstep.realtime;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Packets that answer, or end, what a client does (twilsock-protocol.md sections 4, 5, 9 and 10). */
final class Replies {

    private Replies() {}

    /** Beside what else the header says. */
    static JsonObject ok(String id) {
        return reply(id, status(200, "OK"));
    }

    /** Of a token that is not taken: its code tells why. */
    static JsonObject refused(String id, Throwable cause) {
        ErrorCode code = cause instanceof SyncException refused ? refused.errorCode() : ErrorCode.INTERNAL_ERROR;
        String message = cause instanceof SyncException refused ? refused.getMessage() : "Internal server error";
        String text = code.httpStatus() == 401 ? "UNAUTHORIZED" : word(code.httpStatus());
        return reply(
                id, status(code.httpStatus(), text).put("description", message).put("errorCode", code.code()));
    }

    /** Of a method that does not exist, or not now. */
    static JsonObject badRequest(String id, String why) {
        return reply(id, status(400, "BAD_REQUEST").put("description", why));
    }

    private static JsonObject reply(String id, JsonObject status) {
        return new JsonObject().put("method", "reply").put("id", id).put("status", status);
    }

    private static JsonObject status(int code, String text) {
        return new JsonObject().put("code", code).put("status", text);
    }

    private static String word(int status) {
        return reason(status).toUpperCase(Locale.ROOT).replace(' ', '_');
    }

    private static String reason(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    /** HTTP over the socket: the transport is well whatever the answer is. */
    static Buffer http(String id, ClientReply reply, String requestId) {
        JsonObject headers = new JsonObject().put("twilio-request-id", requestId);
        if (reply.body().length() > 0) {
            headers.put("content-type", "application/json");
        }
        return Packet.encode(
                ok(id).put("http_status", status(reply.status(), reason(reply.status())))
                        .put("http_headers", headers),
                reply.body());
    }

    /** The last that a client is told. */
    static JsonObject close(String id, int code, String text, int errorCode, String description) {
        return new JsonObject()
                .put("method", "close")
                .put("id", id)
                .put(
                        "status",
                        status(code, text).put("description", description).put("errorCode", errorCode));
    }
}
