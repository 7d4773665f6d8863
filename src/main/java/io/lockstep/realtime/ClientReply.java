package io.lockstep.realtime;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncItem;
import io.vertx.core.buffer.Buffer;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client's HTTP request is answered with.
 *
 * @param body JSON; empty for none
 * @param shown what of a map it tells; null for nothing
 */
record ClientReply(int status, Buffer body, @Nullable Shown shown) {

    static ClientReply of(int status, Consumer<JsonWriter> json) {
        return new ClientReply(status, JsonWriter.object(json), null);
    }

    static ClientReply noContent() {
        return new ClientReply(204, Buffer.buffer(), null);
    }

    /** The same, which tells these items of one collection. */
    ClientReply showing(List<SyncItem> items) {
        return items.stream()
                .filter(item -> item.collectionSid().kind() == Sid.Kind.MAP)
                .max(Comparator.comparingLong(SyncItem::lastEventId))
                .map(last -> new ClientReply(status, body, new Shown(last.collectionSid(), last.lastEventId())))
                .orElse(this);
    }

    /** Always with the code of Sync, by which the SDK tells what is missing. */
    static ClientReply failure(ErrorCode code, String message) {
        return of(
                code.httpStatus(),
                json -> json.put("status", code.httpStatus())
                        .put("code", code.code())
                        .put("message", message));
    }

    /**
     * The state of a map that a client learns by an answer: the key of an item that was removed before may be in use again.
     *
     * @param eventId the last one that is seen in it
     */
    record Shown(Sid map, long eventId) {}
}
