package io.lockstep.write;

/**
 * What an operator decides of all writes.
 *
 * @param creatorPermissions whether a client gets all rights on what it creates
 */
public record Rules(boolean creatorPermissions, Limits limits) {}
