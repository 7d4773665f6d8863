package io.lockstep.write;

/**
 * What an operator decides of all writes.
 *
 * @param creatorPermissions whether a client gets all rights on what it creates
 * @param streamWebhooks whether there are webhooks of streams and their messages
 */
public record Rules(boolean creatorPermissions, boolean streamWebhooks, Limits limits) {}
