package io.lockstep.model;

/**
 * On whose behalf a repository acts. Every statement is scoped by it: what belongs to another account is not there.
 *
 * @param accountSid the account whose credentials the request carried; REST acts as {@code system} within it
 */
public record Caller(Sid accountSid) {}
