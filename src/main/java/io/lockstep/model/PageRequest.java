package io.lockstep.model;

import org.jspecify.annotations.Nullable;

/**
 * Which rows of a collection are wanted.
 *
 * @param size at most so many rows
 * @param cursor null for the first page
 */
public record PageRequest(int size, @Nullable Cursor cursor) {}
