package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.store.Answer;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a route answers with.
 *
 * @param body JSON; null for none
 * @param eTag the revision of what is in it; null for none
 */
record Reply(int status, @Nullable Buffer body, @Nullable String eTag) {

    static Reply ok(Consumer<JsonWriter> json) {
        return new Reply(200, JsonWriter.object(json), null);
    }

    static Reply created(Consumer<JsonWriter> json) {
        return new Reply(201, JsonWriter.object(json), null);
    }

    /** The same, with its revision as the entity tag. */
    Reply withETag(String revision) {
        return new Reply(status, body, "\"" + revision + "\"");
    }

    /** As it is kept for a request that may come again. */
    Answer.Success kept() {
        return new Answer.Success(status, eTag, body == null ? null : body.toString());
    }

    /** What was kept. */
    static Reply of(Answer.Success kept) {
        return new Reply(kept.status(), kept.body() == null ? null : Buffer.buffer(kept.body()), kept.eTag());
    }

    static Reply noContent() {
        return new Reply(204, null, null);
    }
}
