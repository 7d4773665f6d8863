/**
 * The composition root: builds everything from the configuration, starts it, and stops it in order.
 */
@NullMarked
package io.lockstep.app;

import org.jspecify.annotations.NullMarked;
