package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import org.jspecify.annotations.Nullable;

/**
 * How often an object may be used (limits.md section 1). Items count for their collection.
 *
 * @param permissions of one identity on one object
 */
public record Limits(TokenBuckets writes, TokenBuckets reads, TokenBuckets messages, TokenBuckets permissions) {

    /** There are none. */
    public static final Limits NONE =
            new Limits(TokenBuckets.UNLIMITED, TokenBuckets.UNLIMITED, TokenBuckets.UNLIMITED, TokenBuckets.UNLIMITED);

    private static final int FREE_SIZE = 1024; // a write of more counts for more
    private static final double MAX_COST = 10; // from 10 KiB on a tenth of the rate is left

    /** Null when an object may be written once more, which is counted; else why not. */
    public @Nullable SyncException onWrite(Sid object, int size) {
        double cost = Math.min(MAX_COST, Math.max(1, (double) size / FREE_SIZE));
        return refusal(writes.take(object, cost), "write-", object);
    }

    /** The same of a read. */
    public @Nullable SyncException onRead(Sid object) {
        return refusal(reads.take(object, 1), "read-", object);
    }

    /** The same of a message to a stream. */
    public @Nullable SyncException onMessage(Sid stream) {
        return refusal(messages.take(stream, 1), "publish-", stream);
    }

    /** The same of reading or changing a permission. */
    public @Nullable SyncException onPermission(Sid object, String identity) {
        return refusal(permissions.take(new Locked.Subject(object, identity), 1), "permission-", object);
    }

    private static @Nullable SyncException refusal(boolean admitted, String use, Sid object) {
        return admitted
                ? null
                : new SyncException(
                        ErrorCode.RATE_LIMITED,
                        "Rate limit exceeded for " + use + object.kind().word() + "-" + object);
    }
}
