package io.lockstep.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The parameters of a Service's create or update; what was not given keeps its value, or takes its default. */
public record ServicePatch(
        @Nullable String friendlyName,
        Patch<String> webhookUrl,
        @Nullable Boolean webhooksFromRestEnabled,
        @Nullable Boolean reachabilityWebhooksEnabled,
        @Nullable Boolean aclEnabled,
        @Nullable Boolean reachabilityDebouncingEnabled,
        @Nullable Duration reachabilityDebouncingWindow) {

    /** No parameter at all. */
    public static final ServicePatch EMPTY = new ServicePatch(null, Patch.absent(), null, null, null, null, null);
}
