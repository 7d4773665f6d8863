package io.lockstep.model;

/**
 * What a user name in a request's credentials stands for.
 *
 * @param sid the account's SID, or the key's
 * @param accountSid the account that it acts for
 * @param accountActive false while that account is suspended
 */
public record Credential(Sid sid, Sid accountSid, boolean accountActive, EncryptedSecret secret) {}
