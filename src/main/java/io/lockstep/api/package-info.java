/**
 * What the edges share: page tokens, JSON writing, the public address of the server.
 */
@NullMarked
package io.lockstep.api;

import org.jspecify.annotations.NullMarked;
