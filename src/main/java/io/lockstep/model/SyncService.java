package io.lockstep.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A Sync Service: the tenant that documents, lists, maps and streams live in, with the switches of its webhooks and
 * access control.
 *
 * @param uniqueName {@code default} for the account's default Service, else null
 * @param webhookUrl null when no webhook is ever sent
 */
public record SyncService(
        Sid sid,
        Sid accountSid,
        @Nullable String uniqueName,
        @Nullable String friendlyName,
        @Nullable String webhookUrl,
        boolean webhooksFromRestEnabled,
        boolean reachabilityWebhooksEnabled,
        boolean aclEnabled,
        boolean reachabilityDebouncingEnabled,
        Duration reachabilityDebouncingWindow,
        Instant dateCreated,
        Instant dateUpdated) {}
