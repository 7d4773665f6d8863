package io.lockstep.cluster;

import io.lockstep.event.Shards;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a node says every second.
 *
 * @param link which of its links to the others says so: a new one begins to count anew
 * @param node the node, as the database knows it
 * @param sequences of each shard the number of the last message about it, 0 before the first
 */
record Heartbeat(UUID link, UUID node, List<Long> sequences) {

    private static final byte VERSION = 1;

    Buffer encode() {
        Wire.Writer writer = new Wire.Writer();
        writer.octet(VERSION);
        writer.uuid(link);
        writer.uuid(node);
        sequences.forEach(writer::number);
        return writer.buffer();
    }

    /** Fails with {@link MalformedMessageException} when it is none, or another version's. */
    static Heartbeat decode(Buffer message) {
        Wire.Reader reader = new Wire.Reader(message);
        reader.require(VERSION);
        UUID link = reader.uuid();
        UUID node = reader.uuid();
        List<Long> sequences = new ArrayList<>(Shards.COUNT);
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            sequences.add(reader.number());
        }
        reader.end();
        return new Heartbeat(link, node, sequences);
    }
}
