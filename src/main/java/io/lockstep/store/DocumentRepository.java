package io.lockstep.store;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Documents of all Services. A method that names a Service that is not the caller's fails with
 * {@link ErrorCode#NOT_FOUND}; one that names a document that is not there, or has expired, with
 * {@link ErrorCode#DOCUMENT_NOT_FOUND} or {@link ErrorCode#UNIQUE_NAME_NOT_FOUND}; one that a client may not use with
 * {@link ErrorCode#FORBIDDEN}. A write that is to be done once fails with {@link RepeatedException} when its key has been
 * used, and with {@link ErrorCode#IDEMPOTENCY_KEY_REUSED} when that was for another. Every method fails with {@link ErrorCode#UNAVAILABLE} when nothing was done, and a write
 * with {@link io.lockstep.error.UnknownOutcomeException} when nobody knows.
 */
public interface DocumentRepository {

    /** Fails with {@link ErrorCode#UNIQUE_NAME_TAKEN} if a document of the Service has that name. */
    Future<Document> create(Caller caller, Sid service, NewDocument document, @Nullable Once<Document> once);

    /** The same, as often as it is sent. */
    default Future<Document> create(Caller caller, Sid service, NewDocument document) {
        return create(caller, service, document, null);
    }

    /** The document as it is now: what was acknowledged before is seen, on every node. */
    Future<Document> get(Caller caller, Sid service, SidOrUniqueName name);

    /** Fails with {@link ErrorCode#DOCUMENT_REVISION_MISMATCH} if the revision has moved on. */
    Future<Document> update(
            Caller caller, Sid service, SidOrUniqueName name, DocumentPatch patch, @Nullable Once<Document> once);

    /** The same, as often as it is sent. */
    default Future<Document> update(Caller caller, Sid service, SidOrUniqueName name, DocumentPatch patch) {
        return update(caller, service, name, patch, null);
    }

    /**
     * Its name is free at once.
     *
     * @param ifMatch the revision that it must have; null for any
     */
    Future<Void> delete(Caller caller, Sid service, SidOrUniqueName name, @Nullable String ifMatch);

    /** Documents in the order of their creation; cursor keys are their SIDs. */
    Future<Page<Document>> page(Caller caller, Sid service, PageRequest request);

    /**
     * What a caller decides of a new document.
     *
     * @param ttl seconds; 0 for ever
     */
    record NewDocument(@Nullable String uniqueName, JsonText data, long ttl) {}

    /**
     * What an update changes; null keeps.
     *
     * @param ttl seconds from now; 0 for ever
     * @param ifMatch the revision that it must have
     */
    record DocumentPatch(
            @Nullable JsonText data,
            @Nullable Long ttl,
            @Nullable String ifMatch) {}
}
