package io.lockstep.write;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;

/** Which code says what of which kind of object (errors.md section 3). */
public final class Refusals {

    private Refusals() {}

    /** There is no such object. */
    public static SyncException missing(Sid.Kind kind, SidOrUniqueName name) {
        return name instanceof SidOrUniqueName.ByName
                ? new SyncException(ErrorCode.UNIQUE_NAME_NOT_FOUND, "Unique name not found")
                : switch (kind) {
                    case LIST -> new SyncException(ErrorCode.LIST_NOT_FOUND, "List not found");
                    case MAP -> new SyncException(ErrorCode.MAP_NOT_FOUND, "Map not found");
                    case STREAM -> new SyncException(ErrorCode.STREAM_NOT_FOUND, "Message Stream not found");
                    default -> new SyncException(ErrorCode.DOCUMENT_NOT_FOUND, "Document not found");
                };
    }

    /** There is no such item in a collection of that kind. */
    public static SyncException missingItem(Sid.Kind collection) {
        return new SyncException(
                collection == Sid.Kind.LIST ? ErrorCode.LIST_ITEM_NOT_FOUND : ErrorCode.MAP_ITEM_NOT_FOUND,
                "Item not found");
    }

    /** An item of a collection of that kind has moved on. */
    static ErrorCode itemRevisionMismatch(Sid.Kind collection) {
        return collection == Sid.Kind.LIST
                ? ErrorCode.LIST_ITEM_REVISION_MISMATCH
                : ErrorCode.MAP_ITEM_REVISION_MISMATCH;
    }
}
