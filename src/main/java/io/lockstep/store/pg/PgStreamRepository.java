package io.lockstep.store.pg;

import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.JsonText;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.StreamMessage;
import io.lockstep.model.SyncStream;
import io.lockstep.store.CommitListener;
import io.lockstep.store.NewObject;
import io.lockstep.store.Once;
import io.lockstep.store.StreamRepository;
import io.lockstep.write.Limits;
import io.lockstep.write.StreamCommand;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams in PostgreSQL; a message is published when its stream has been seen to be there. It is written nowhere, but for its
 * webhook when there is to be one.
 */
final class PgStreamRepository implements StreamRepository {

    private final ObjectReads<SyncStream> reads;
    private final Lanes<StreamCommand, SyncStream> lanes;
    private final SingleWrites<Published> publications;
    private final Limits limits;
    private final CommitListener listener;
    private final boolean webhooks;

    /**
     * @param webhooks whether messages may have webhooks
     */
    PgStreamRepository(
            Database database,
            ObjectReads<SyncStream> reads,
            Lanes<StreamCommand, SyncStream> lanes,
            Limits limits,
            CommitListener listener,
            boolean webhooks) {
        this.reads = reads;
        this.limits = limits;
        this.lanes = lanes;
        this.publications = new SingleWrites<>(database);
        this.listener = listener;
        this.webhooks = webhooks;
    }

    @Override
    public Future<SyncStream> create(Caller caller, Sid service, NewObject stream, @Nullable Once<SyncStream> once) {
        Sid sid = Sid.generate(Sid.Kind.STREAM);
        return lanes.submit(caller, service, new StreamCommand.Create(sid, stream.uniqueName(), stream.ttl()), once);
    }

    @Override
    public Future<SyncStream> update(
            Caller caller, Sid service, SidOrUniqueName name, long ttl, @Nullable Once<SyncStream> once) {
        return lanes.submit(caller, service, new StreamCommand.Update(name, ttl), once);
    }

    @Override
    public Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name) {
        return lanes.submit(caller, service, new StreamCommand.Delete(name), null)
                .mapEmpty();
    }

    @Override
    public Future<SyncStream> get(Caller caller, Sid service, SidOrUniqueName name) {
        return reads.get(caller, service, name);
    }

    @Override
    public Future<Page<SyncStream>> page(Caller caller, Sid service, PageRequest request) {
        return reads.page(caller, service, request);
    }

    /** With a key, its row is committed first: who sends the message again finds it, and publishes nothing. */
    @Override
    public Future<StreamMessage> publish(
            Caller caller, Sid service, SidOrUniqueName name, JsonText data, @Nullable Once<StreamMessage> once) {
        StreamMessage message = new StreamMessage(Sid.generate(Sid.Kind.MESSAGE), data);
        if (webhooks) {
            return lanes.submit(
                            caller,
                            service,
                            new StreamCommand.Publish(name, message),
                            once == null ? null : once.of(stream -> message))
                    .map(message);
        }
        return publications
                .run(
                        caller,
                        service,
                        once == null ? null : once.of(Published::message),
                        statements -> reads.find(caller, service, name)
                                .compose(stream -> counted(new Published(stream, message))))
                .onSuccess(published -> listener.committed(List.of(published.change(caller)), false))
                .map(Published::message);
    }

    private Future<Published> counted(Published published) {
        SyncException tooOften = limits.onMessage(published.stream().sid());
        return tooOften == null ? Future.succeededFuture(published) : Future.failedFuture(tooOften);
    }

    private record Published(SyncStream stream, StreamMessage message) {

        Change change(Caller caller) {
            return new Change.MessagePublished(stream, message, caller, Instant.now());
        }
    }
}
