package io.lockstep.write;

import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a batch has locked and read.
 *
 * @param services those that are there, of whichever account
 * @param objects every one that a write of the batch names, expired ones included
 * @param rights what is stored for the callers that are clients
 * @param now the database's time, read after the rows were locked
 */
public record Locked<O extends SyncObject>(
        Map<Sid, ServiceState> services, List<O> objects, Map<Subject, Rights> rights, Instant now) {

    /** Whose rights, on what. */
    public record Subject(Sid objectSid, String identity) {}
}
