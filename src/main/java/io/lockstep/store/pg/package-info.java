/**
 * The PostgreSQL form of the repositories; the only package that knows SQL, SQLSTATEs and the client library. Only
 * {@code app} builds it.
 */
@NullMarked
package io.lockstep.store.pg;

import org.jspecify.annotations.NullMarked;
