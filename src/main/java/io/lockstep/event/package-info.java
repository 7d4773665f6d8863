/**
 * How changes travel between nodes; today the rows that say what nodes may no longer hold in memory.
 */
@NullMarked
package io.lockstep.event;

import org.jspecify.annotations.NullMarked;
