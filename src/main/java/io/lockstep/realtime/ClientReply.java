package io.lockstep.realtime;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * What a client's HTTP request is answered with.
 *
 * @param body JSON; empty for none
 */
record ClientReply(int status, Buffer body) {

    static ClientReply of(int status, Consumer<JsonWriter> json) {
        return new ClientReply(status, JsonWriter.object(json));
    }

    static ClientReply noContent() {
        return new ClientReply(204, Buffer.buffer());
    }

    /** Always with the code of Sync, by which the SDK tells what is missing. */
    static ClientReply failure(ErrorCode code, String message) {
        return of(
                code.httpStatus(),
                json -> json.put("status", code.httpStatus())
                        .put("code", code.code())
                        .put("message", message));
    }
}
