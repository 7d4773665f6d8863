package io.lockstep.store.pg;

import io.lockstep.store.Once;
import org.jspecify.annotations.Nullable;

/**
 * A command, and under which key it is done.
 *
 * @param once null when it is done as often as it is sent
 */
record Keyed<C, R>(C command, @Nullable Once<R> once) {}
