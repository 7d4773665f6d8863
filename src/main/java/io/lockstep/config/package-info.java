/**
 * What the environment says: one small record an area, each with {@code from(Environment)}, its defaults and its
 * checks. A component gets its own record, never the whole configuration.
 */
@NullMarked
package io.lockstep.config;

import org.jspecify.annotations.NullMarked;
