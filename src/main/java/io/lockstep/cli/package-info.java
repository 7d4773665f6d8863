/**
 * The command line of the jar: {@code serve} and the administration of accounts and keys.
 */
@NullMarked
package io.lockstep.cli;

import org.jspecify.annotations.NullMarked;
