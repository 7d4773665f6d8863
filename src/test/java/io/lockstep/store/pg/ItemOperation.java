package io.lockstep.store.pg;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CollectionRepository.ItemPatch;
import io.lockstep.store.CollectionRepository.NewItem;
import io.vertx.core.Future;

/**
 * Something that one of many asks of a list or a map or of an item of it, with a number that its effect can be told by: the
 * identity of its caller has it, or, of a backend, the data.
 *
 * @param collection by its SID; it is named by that or by its name
 * @param key null for the next of a list, and where the collection itself is meant
 * @param trouble a mark in the data by which a statement fails or takes long; may be empty
 * @param ttl the item's, or else the collection's; null keeps it
 * @param collectionTtl that of its collection beside an item's; null keeps it
 * @param ifMatch null for any revision
 */
record ItemOperation(
        int number,
        Kind kind,
        Sid collection,
        SidOrUniqueName named,
        ItemKey key,
        String trouble,
        Long ttl,
        Long collectionTtl,
        String ifMatch) {

    /** Of the times to live that name the operation which set them; far away. */
    static final long FIRST_TTL = 1_000_000;

    private static final String IDENTITY = "operation-";

    enum Kind {
        ADD,
        SET,
        EXPIRE,
        REMOVE,
        READ,
        EXPIRE_COLLECTION,
        READ_COLLECTION
    }

    ItemOperation {
        ttl = kind == Kind.EXPIRE ? Long.valueOf(FIRST_TTL + number) : ttl;
    }

    /** What it answers; both are null of a removal. */
    record Answer(SyncCollection collection, SyncItem item) {

        static Answer of(SyncItem item) {
            return new Answer(null, item);
        }

        static Answer of(SyncCollection collection) {
            return new Answer(collection, null);
        }
    }

    /** Does it. */
    Future<Answer> by(CollectionRepository collections, Sid account, Sid service) {
        Caller caller = caller(account, service);
        return switch (kind) {
            case ADD ->
                collections
                        .addItem(caller, service, named, new NewItem(key, data(), ttl, collectionTtl), null)
                        .map(Answer::of);
            case SET, EXPIRE ->
                collections
                        .updateItem(
                                caller,
                                service,
                                named,
                                key,
                                new ItemPatch(kind == Kind.SET ? data() : null, ttl, collectionTtl, ifMatch),
                                null)
                        .map(Answer::of);
            case REMOVE ->
                collections.removeItem(caller, service, named, key, ifMatch).map(ignored -> new Answer(null, null));
            case READ -> collections.getItem(caller, service, named, key).map(Answer::of);
            case EXPIRE_COLLECTION ->
                collections.update(caller, service, named, ttl, null).map(Answer::of);
            case READ_COLLECTION -> collections.get(caller, service, named).map(Answer::of);
        };
    }

    /** Some are backends, for whom no rights are read; of those the data must tell. */
    private Caller caller(Sid account, Sid service) {
        boolean told = kind == Kind.ADD || kind == Kind.SET;
        return told && number % 2 == 0
                ? new Caller.Backend(account)
                : new Caller.Client(account, service, IDENTITY + number, "endpoint");
    }

    boolean is(Kind one) {
        return kind == one;
    }

    boolean changesItem() {
        return kind == Kind.ADD || kind == Kind.SET || kind == Kind.EXPIRE || kind == Kind.REMOVE;
    }

    JsonText data() {
        return new JsonText("{\"write\":" + number + ",\"trouble\":\"" + trouble + "\"}");
    }

    /** The number of the operation that has caused a change; 0 for the removal of an expired item. */
    static int numberOf(Change change) {
        if (change.caller() instanceof Caller.Client client) {
            return Integer.parseInt(client.identity().substring(IDENTITY.length()));
        }
        if (change instanceof Change.ItemAdded added) {
            return numberOfData(added.item().data().text());
        }
        return change instanceof Change.ItemUpdated updated
                ? numberOfData(updated.item().data().text())
                : 0;
    }

    /** The number of the operation whose data this is. */
    static int numberOfData(String data) {
        return Integer.parseInt(data.substring(data.indexOf(':') + 1, data.indexOf(',')));
    }
}
