package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The receivers that something is under way to, and those in trouble, as far as there is room. */
final class Receivers {

    private static final int REMEMBERED = 10_000;

    private final WebhookConfig config;
    private final Map<String, Receiver> byOrigin = new LinkedHashMap<>(16, 0.75f, true);

    Receivers(WebhookConfig config) {
        this.config = config;
    }

    Receiver of(WebhookTarget target) {
        return byOrigin.computeIfAbsent(target.origin(), origin -> new Receiver(config));
    }

    /** To be called when something has ended: who is well again is forgotten. */
    void tidy(WebhookTarget target) {
        Receiver receiver = byOrigin.get(target.origin());
        if (receiver != null && receiver.isForgettable()) {
            byOrigin.remove(target.origin());
        }
        if (byOrigin.size() > REMEMBERED) {
            byOrigin.values().stream().filter(Receiver::isIdle).findFirst().ifPresent(byOrigin.values()::remove);
        }
    }

    List<Receiver> all() {
        return new ArrayList<>(byOrigin.values());
    }
}
