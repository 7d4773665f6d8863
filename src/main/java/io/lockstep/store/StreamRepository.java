package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.JsonText;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.StreamMessage;
import io.lockstep.model.SyncStream;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Streams of all Services. Methods fail as those of {@link DocumentRepository} do, with the codes of streams. */
public interface StreamRepository {

    /** Fails with {@link ErrorCode#UNIQUE_NAME_TAKEN} if a stream of the Service has that name. */
    Future<SyncStream> create(Caller caller, Sid service, NewObject stream, @Nullable Once<SyncStream> once);

    /** The stream as it is now. */
    Future<SyncStream> get(Caller caller, Sid service, SidOrUniqueName name);

    /**
     * Another time to live.
     *
     * @param ttl seconds from now; 0 for ever
     */
    Future<SyncStream> update(
            Caller caller, Sid service, SidOrUniqueName name, long ttl, @Nullable Once<SyncStream> once);

    /** Its name is free at once. */
    Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name);

    /** Streams in the order of their creation; cursor keys are their SIDs. */
    Future<Page<SyncStream>> page(Caller caller, Sid service, PageRequest request);

    /** Tells those who listen, as well as may be: the message is stored nowhere, and changes nothing of the stream. */
    Future<StreamMessage> publish(
            Caller caller, Sid service, SidOrUniqueName name, JsonText data, @Nullable Once<StreamMessage> once);
}
