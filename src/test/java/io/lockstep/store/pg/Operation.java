package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.vertx.core.Future;

/**
 * Something that one of many asks of a document, with a number that its effect can be told by: the data has it, and where
 * the time to live alone is changed, that has it.
 *
 * @param name the document's, also where it is named by its SID
 * @param sid null when it is named by its name
 * @param trouble a mark in the data by which a statement fails or takes long; may be empty
 * @param ttl null keeps it
 * @param ifMatch null for any revision
 */
record Operation(int number, Kind kind, String name, Sid sid, String trouble, Long ttl, String ifMatch) {

    /** Of the times to live that name the operation which set them; far away. */
    private static final long FIRST_TTL = 1_000_000;

    enum Kind {
        CREATE,
        SET,
        EXPIRE,
        DELETE,
        READ
    }

    Operation {
        ttl = kind == Kind.EXPIRE ? Long.valueOf(FIRST_TTL + number) : ttl;
    }

    /** Does it; a delete has no document. */
    Future<Document> by(DocumentRepository documents, Caller caller, Sid service) {
        SidOrUniqueName named = sid == null ? new SidOrUniqueName.ByName(name) : new SidOrUniqueName.BySid(sid);
        return switch (kind) {
            case CREATE -> documents.create(caller, service, new NewDocument(name, new JsonText(data()), ttl));
            case SET -> documents.update(caller, service, named, new DocumentPatch(new JsonText(data()), ttl, ifMatch));
            case EXPIRE -> documents.update(caller, service, named, new DocumentPatch(null, ttl, ifMatch));
            case DELETE -> documents.delete(caller, service, named, ifMatch).mapEmpty();
            case READ -> documents.get(caller, service, named);
        };
    }

    boolean is(Kind one) {
        return kind == one;
    }

    /** As JSON. */
    String data() {
        return "{\"write\":" + number + ",\"trouble\":\"" + trouble + "\"}";
    }

    /** The number of the operation whose data this is. */
    static int numberOfData(String data) {
        return Integer.parseInt(data.substring(data.indexOf(':') + 1, data.indexOf(',')));
    }

    /** The number of the operation that has set such a time to live; meaningless if it was set with data. */
    static int numberOfTtl(long seconds) {
        return (int) (seconds - FIRST_TTL);
    }
}
