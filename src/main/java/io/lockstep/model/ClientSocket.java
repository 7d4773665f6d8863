package io.lockstep.model;

import java.util.UUID;

/**
 * A socket that a client is connected by.
 *
 * @param account that the Service belongs to
 * @param endpointId the client on its device, which may have several sockets while nobody has noticed that one is gone
 * @param id of the socket itself
 */
public record ClientSocket(Sid account, Sid service, String identity, String endpointId, UUID id) {}
