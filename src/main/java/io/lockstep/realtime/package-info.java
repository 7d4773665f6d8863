/**
 * The protocol of the official SDK, over WebSockets (twilsock-protocol.md).
 */
@NullMarked
package io.lockstep.realtime;

import org.jspecify.annotations.NullMarked;
