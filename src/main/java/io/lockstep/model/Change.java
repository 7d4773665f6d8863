package io.lockstep.model;

import java.time.Instant;

/**
 * Something that has happened to an object, and was committed. The notification to clients, the form of a webhook and the
 * line in a log are renderings of it; the write path alone makes them.
 */
public sealed interface Change {

    /** What it happened to; an item's is its collection, as it is afterwards. */
    SyncObject object();

    /** What has happened, such as {@code item_added}; {@link #type} tells to what. */
    String event();

    /** Its number among the changes of that object, without gaps; -1 for a new collection, and for all of a stream. */
    long eventId();

    /** Who caused it. */
    Caller caller();

    /** When. */
    Instant date();

    /** Its name on the wire, such as {@code map_item_added}: the same to clients and in webhooks. */
    default String type() {
        return object().sid().kind().word() + "_" + event();
    }

    /** The Service that the object is in. */
    default Sid serviceSid() {
        return object().serviceSid();
    }

    /** The object that it happened to. */
    default Sid objectSid() {
        return object().sid();
    }

    /** The number of the last change of an object; -1 where none are counted. */
    static long lastEventId(SyncObject object) {
        return object instanceof Document document
                ? document.lastEventId()
                : object instanceof SyncCollection collection ? collection.lastEventId() : -1;
    }

    /** A document (its event 0), a collection or a stream was created. */
    record ObjectCreated(SyncObject object, Caller caller) implements Change {

        @Override
        public String event() {
            return "created";
        }

        @Override
        public long eventId() {
            return lastEventId(object);
        }

        @Override
        public Instant date() {
            return object.dateUpdated();
        }
    }

    /** A document's data, its time to live, or both have changed. */
    record DocumentUpdated(Document object, Caller caller) implements Change {

        @Override
        public String event() {
            return "updated";
        }

        @Override
        public long eventId() {
            return object.lastEventId();
        }

        @Override
        public Instant date() {
            return object.dateUpdated();
        }
    }

    /**
     * An object was deleted, or has expired; with all that was in it.
     *
     * @param object as it was before
     */
    record ObjectRemoved(SyncObject object, Caller caller, Instant date) implements Change {

        @Override
        public String event() {
            return "removed";
        }

        @Override
        public long eventId() {
            return object instanceof SyncStream ? -1 : lastEventId(object) + 1;
        }
    }

    /** An item was added. */
    record ItemAdded(SyncCollection object, SyncItem item, Caller caller) implements Change {

        @Override
        public String event() {
            return "item_added";
        }

        @Override
        public long eventId() {
            return item.lastEventId();
        }

        @Override
        public Instant date() {
            return item.dateUpdated();
        }
    }

    /** An item's data, its time to live, or both have changed. */
    record ItemUpdated(SyncCollection object, SyncItem item, Caller caller) implements Change {

        @Override
        public String event() {
            return "item_updated";
        }

        @Override
        public long eventId() {
            return item.lastEventId();
        }

        @Override
        public Instant date() {
            return item.dateUpdated();
        }
    }

    /**
     * An item was removed, or has expired.
     *
     * @param item as it was before
     */
    record ItemRemoved(SyncCollection object, SyncItem item, Caller caller) implements Change {

        @Override
        public String event() {
            return "item_removed";
        }

        @Override
        public long eventId() {
            return object.lastEventId();
        }

        @Override
        public Instant date() {
            return object.dateUpdated();
        }
    }

    /** A message was published to a stream; nothing is stored. */
    record MessagePublished(SyncStream object, StreamMessage message, Caller caller, Instant date) implements Change {

        @Override
        public String event() {
            return "message_published";
        }

        @Override
        public long eventId() {
            return -1;
        }
    }
}
