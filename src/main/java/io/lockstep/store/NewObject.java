package io.lockstep.store;

import org.jspecify.annotations.Nullable;

/**
 * What a caller decides of a new list, map or stream.
 *
 * @param uniqueName null for none
 * @param ttl seconds; 0 for ever
 */
public record NewObject(@Nullable String uniqueName, long ttl) {}
