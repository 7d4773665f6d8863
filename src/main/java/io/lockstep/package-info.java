/** Lockstep: an open, self-hosted server that is wire-compatible with Twilio Sync. */
@NullMarked
package io.lockstep;

import org.jspecify.annotations.NullMarked;
