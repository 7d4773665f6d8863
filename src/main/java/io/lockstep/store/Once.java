package io.lockstep.store;

import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/**
 * That a write is to be done once, however often it is sent: the first answer is kept for a day, with the write itself.
 *
 * @param key what the client calls the write by; keys of different accounts are different
 * @param fingerprint of the request, by which another one under the same key is told
 * @param render the answer to a result; called before it is committed, and again when that has to be repeated
 */
public record Once<R>(String key, Buffer fingerprint, Function<R, Answer.Success> render) {

    /** The same for a write whose result holds the one that is rendered. */
    public <S> Once<S> of(Function<S, R> part) {
        return new Once<>(key, fingerprint, whole -> render.apply(part.apply(whole)));
    }
}
