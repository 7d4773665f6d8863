/**
 * Who is calling: credentials, their cache, and the encryption of secrets at rest. Used by the edges, {@code app} and
 * {@code cli}.
 */
@NullMarked
package io.lockstep.auth;

import org.jspecify.annotations.NullMarked;
