package io.lockstep.model;

import org.jspecify.annotations.Nullable;

/**
 * Which items of a collection are wanted, and in which order (rest-api.md section 6).
 *
 * @param from where to begin, whether or not an item is there; null for the end that the order begins at
 * @param inclusive whether {@code from} itself is wanted
 */
public record ItemQuery(Order order, @Nullable ItemKey from, boolean inclusive) {

    /** Of their keys. */
    public enum Order {
        ASC,
        DESC
    }
}
