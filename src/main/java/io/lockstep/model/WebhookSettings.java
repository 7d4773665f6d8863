package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the webhooks of a Service are sent.
 *
 * @param url null when there are none
 * @param gone whether the URL has answered 410, and was not set since
 * @param secretGeneration how often the secret was changed
 * @param dateSecretRotated when it was changed last; null when it never was
 */
public record WebhookSettings(
        Sid serviceSid,
        Sid accountSid,
        @Nullable String url,
        boolean gone,
        int secretGeneration,
        @Nullable Instant dateSecretRotated) {}
