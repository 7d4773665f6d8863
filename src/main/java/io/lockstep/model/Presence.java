package io.lockstep.model;

import java.time.Instant;

/**
 * An identity that has a client connected.
 *
 * @param endpoints how many: an endpoint is a client on a device
 * @param since when it has been online, but for times that were too short to be told
 */
public record Presence(String identity, int endpoints, Instant since) {}
