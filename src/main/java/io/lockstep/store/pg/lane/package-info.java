/**
 * The write lanes: how every write of an object reaches PostgreSQL, in batches, each a transaction that locks, decides and
 * writes. What is decided is in {@code write}; used by the repositories of {@code store.pg}.
 */
@NullMarked
package io.lockstep.store.pg.lane;

import org.jspecify.annotations.NullMarked;
