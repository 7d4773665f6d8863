package io.lockstep.cluster;

/** Is told what there is to count of the traffic between nodes. */
public interface ClusterListener {

    /** How many other nodes are heard. */
    void peers(int heard);

    /** A message with so many changes was sent to those who listen. */
    void sent(int changes, int bytes);

    /** A message of another node has arrived. */
    void received(int changes, int bytes);

    /** Something that was said did not arrive: what is followed is compared with the rows. */
    void missed();
}
