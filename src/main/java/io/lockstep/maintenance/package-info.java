/**
 * Background work that one node does at a time, in bounded batches.
 */
@NullMarked
package io.lockstep.maintenance;

import org.jspecify.annotations.NullMarked;
