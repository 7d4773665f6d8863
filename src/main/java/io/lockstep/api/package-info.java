/**
 * What the edges share: page tokens, JSON writing, what is known of a request.
 */
@NullMarked
package io.lockstep.api;

import org.jspecify.annotations.NullMarked;
