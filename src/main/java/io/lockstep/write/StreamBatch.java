package io.lockstep.write;

import io.lockstep.error.SyncException;
import io.lockstep.model.Change;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncStream;
import io.lockstep.write.StreamCommand.Create;
import io.lockstep.write.StreamCommand.Delete;
import io.lockstep.write.StreamCommand.Publish;
import io.lockstep.write.StreamCommand.Update;

/** Decides writes to streams, which have no permissions and count no events. */
public final class StreamBatch implements Decisions<StreamCommand, SyncStream, SyncStream> {

    private final WorkingSet<SyncStream> streams;
    private final Limits limits;

    public StreamBatch(Locked<SyncStream> locked, Rules rules) {
        this.streams = new WorkingSet<>(locked, rules);
        this.limits = rules.limits();
    }

    @Override
    public WorkingSet<SyncStream> objects() {
        return streams;
    }

    @Override
    public Outcome<SyncStream> decide(Write<StreamCommand> write) {
        return streams.inService(write, () -> decideInService(write));
    }

    private Outcome<SyncStream> decideInService(Write<StreamCommand> write) {
        if (write.command() instanceof Create create) {
            return streams.create(write.caller(), stream(write, create));
        }
        if (write.command() instanceof Update update) {
            return streams.onObject(write, Sid.Kind.STREAM, StreamBatch::anybody, it -> update(it, update));
        }
        if (write.command() instanceof Publish publish) {
            return publish(write, publish);
        }
        if (write.command() instanceof Delete) {
            return streams.onObject(write, Sid.Kind.STREAM, StreamBatch::anybody, it -> delete(write, it));
        }
        return streams.expire(write, Sid.Kind.STREAM); // the only command that is left
    }

    private static boolean anybody(Rights rights) {
        return true;
    }

    private SyncStream stream(Write<?> write, Create create) {
        return new SyncStream(
                create.sid(),
                write.serviceSid(),
                create.uniqueName(),
                write.caller().identity(),
                streams.now(),
                streams.now(),
                streams.expiry(create.ttl()));
    }

    private Outcome<SyncStream> update(SyncStream before, Update update) {
        SyncStream after = new SyncStream(
                before.sid(),
                before.serviceSid(),
                before.uniqueName(),
                before.createdBy(),
                before.dateCreated(),
                streams.later(before.dateUpdated()),
                streams.expiry(update.ttl()));
        streams.replace(after);
        return new Outcome.Done<>(after);
    }

    private Outcome<SyncStream> publish(Write<?> write, Publish publish) {
        SyncStream stream = streams.find(write.serviceSid(), publish.name());
        if (stream == null) {
            return Outcome.refused(Refusals.missing(Sid.Kind.STREAM, publish.name()));
        }
        SyncException tooOften = limits.onMessage(stream.sid());
        if (tooOften != null) {
            return Outcome.refused(tooOften);
        }
        streams.record(new Change.MessagePublished(stream, publish.message(), write.caller(), streams.now()));
        return new Outcome.Done<>(stream);
    }

    private Outcome<SyncStream> delete(Write<?> write, SyncStream before) {
        streams.delete(write.caller(), before);
        return new Outcome.Done<>(before);
    }
}
