package io.lockstep.cluster;

import io.lockstep.event.Shards;
import io.lockstep.model.Change;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a node says of one shard: some changes that it has committed, of each object in the order of its events.
 *
 * @param link which link says so
 * @param sequence of the messages of that link about that shard, from 1 on
 * @param age nanoseconds from the commit of the first change until it was sent
 */
record ShardMessage(UUID link, int shard, long sequence, long age, List<Change> changes) {

    private static final byte VERSION = 1;

    Buffer encode() {
        Wire.Writer writer = new Wire.Writer();
        writer.octet(VERSION);
        writer.uuid(link);
        writer.octet(shard);
        writer.number(sequence);
        writer.number(age);
        writer.count(changes.size());
        changes.forEach(change -> ChangeWire.write(writer, change));
        return writer.buffer();
    }

    /** Fails with {@link MalformedMessageException} when it is none, or another version's. */
    static ShardMessage decode(Buffer message) {
        Wire.Reader reader = new Wire.Reader(message);
        reader.require(VERSION);
        UUID link = reader.uuid();
        int shard = reader.octet();
        long sequence = reader.number();
        long age = reader.number();
        int count = reader.count();
        if (shard < 0 || shard >= Shards.COUNT) {
            throw new MalformedMessageException("shard " + shard);
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            changes.add(ChangeWire.read(reader));
        }
        reader.end();
        return new ShardMessage(link, shard, sequence, age, changes);
    }

    /** Whose it is, without reading the rest. Fails as {@link #decode} does. */
    static UUID link(Buffer message) {
        Wire.Reader reader = new Wire.Reader(message);
        reader.require(VERSION);
        return reader.uuid();
    }
}
