package io.lockstep.app;

import io.lockstep.cluster.ClusterListener;
import io.lockstep.ops.ClusterMetrics;

/** Counts what happens between nodes. */
record CountedCluster(ClusterMetrics metrics) implements ClusterListener {

    @Override
    public void peers(int heard) {
        metrics.peers(heard);
    }

    @Override
    public void sent(int changes, int bytes) {
        metrics.sent(changes, bytes);
    }

    @Override
    public void received(int changes, int bytes) {
        metrics.received(changes, bytes);
    }

    @Override
    public void missed() {
        metrics.missed();
    }
}
