/**
 * How changes travel to those who are told of them, and what says that memory must forget.
 */
@NullMarked
package io.lockstep.event;

import org.jspecify.annotations.NullMarked;
