package io.lockstep.realtime;

import java.time.Duration;

/** Is told what there is to count. Called on every event loop. */
public interface RealtimeListener {

    /** A socket was opened. */
    void opened();

    /**
     * A socket was closed.
     *
     * @param reason one of a few words
     */
    void closed(String reason);

    /** Subscriptions have come, or gone when it is negative. */
    void subscriptions(int difference);

    /** A client has asked for something by HTTP over its socket. */
    void requested(String method, int status, Duration latency);

    /** Packets with events were handed to sockets. */
    void sent(int packets);

    /** Those who follow the objects of a transaction were told, so long after its commit. */
    void told(Duration sinceCommit);

    /** A client was told so many events that it had missed. */
    void replayed(int events);

    /** A change was missing, and was read from the rows. */
    void gapMended();

    /** Bytes wait to be sent, or were sent when it is negative. */
    void queued(long bytes);
}
