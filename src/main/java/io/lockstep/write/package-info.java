/**
 * What a write does: commands, the locked state that they meet, and pure functions that decide their outcomes. No I/O and
 * no clock, so that every rule is tested without a database. Used by the write lanes.
 */
@NullMarked
package io.lockstep.write;

import org.jspecify.annotations.NullMarked;
