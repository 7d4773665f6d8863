package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What a write was answered with, as it is kept for those who send it again. */
public sealed interface Answer {

    /**
     * It was done.
     *
     * @param status of HTTP
     * @param eTag null for none
     * @param body null for none
     */
    record Success(
            int status, @Nullable String eTag, @Nullable String body) implements Answer {}

    /** It was refused, and has changed nothing. */
    record Refusal(ErrorCode errorCode, String message) implements Answer {}
}
