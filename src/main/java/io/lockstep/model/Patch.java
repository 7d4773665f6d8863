package io.lockstep.model;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that can be cleared, in its three states: not given, cleared (a null value), or set.
 *
 * @param given whether the request named it
 * @param value the new value; null, when given, clears
 */
public record Patch<T>(boolean given, @Nullable T value) {

    /** The request says nothing of it. */
    public static <T> Patch<T> absent() {
        return new Patch<>(false, null);
    }

    /** The request sets it, or clears it with null. */
    public static <T> Patch<T> to(@Nullable T value) {
        return new Patch<>(true, value);
    }
}
