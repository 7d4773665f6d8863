package io.lockstep.event;

import io.lockstep.model.Change;
import io.lockstep.store.CommitListener;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.List;

/** The one publisher: tells the event bus what was committed. */
public final class ChangePublisher implements CommitListener {

    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

    private final EventBus eventBus;

    /** One for each Vert.x, on which it registers how {@link Changes} travel. */
    public ChangePublisher(EventBus eventBus) {
        this.eventBus = eventBus;
        eventBus.registerDefaultCodec(Changes.class, new ChangesCodec());
    }

    @Override
    public void committed(List<Change> changes, boolean webhooksDue) {
        if (!changes.isEmpty()) {
            eventBus.publish(Addresses.CHANGES, new Changes(changes, System.nanoTime()), LOCAL);
        }
        if (webhooksDue) {
            eventBus.publish(Addresses.WEBHOOKS_DUE, null, LOCAL);
        }
    }
}
