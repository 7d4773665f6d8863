package io.lockstep.write;

import io.lockstep.model.Sid;

/**
 * What a write must know of its Service, read in the write's own transaction.
 *
 * @param webhooks whether it has a webhook URL
 * @param webhooksFromRest whether changes that REST caused are told
 */
public record ServiceState(Sid sid, Sid accountSid, boolean aclEnabled, boolean webhooks, boolean webhooksFromRest) {}
