/**
 * The embedded PostgreSQL: unpack, initialise, start, adopt, stop. Everything here blocks and is called from worker or
 * main threads only; nobody but {@code app} and {@code cli} uses it.
 */
@NullMarked
package io.lockstep.embedded;

import org.jspecify.annotations.NullMarked;
