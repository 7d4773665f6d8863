/**
 * The embedded PostgreSQL: unpack, initialise, start, adopt, stop. Everything here blocks and is called from worker or
 * main threads only; nobody but {@code app} and {@code cli} uses it.
 *
 * <p>The life of the database is longer than the server's: after a {@code kill -9} of the server it still runs, and the
 * next server adopts it. So all that is known about a running database is read from its own files, never remembered.
 */
@NullMarked
package io.lockstep.embedded;

import org.jspecify.annotations.NullMarked;
