package io.lockstep.model;

import java.util.List;

/**
 * Some rows of a collection, in its order.
 *
 * @param hasPrevious whether a row stood before the first of them when they were read
 * @param hasNext whether a row stood after the last of them
 */
public record Page<T>(List<T> rows, boolean hasPrevious, boolean hasNext) {}
