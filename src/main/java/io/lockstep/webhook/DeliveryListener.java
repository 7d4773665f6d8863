package io.lockstep.webhook;

import java.time.Duration;

/** Is told what becomes of attempts, for the metrics. */
public interface DeliveryListener {

    /**
     * An attempt was made.
     *
     * @param outcome {@code delivered}, or why it failed
     */
    void attempted(String outcome, Duration latency);

    /** What waits: how many deliveries, and the age of the oldest of them. */
    void waiting(int deliveries, Duration oldest);
}
