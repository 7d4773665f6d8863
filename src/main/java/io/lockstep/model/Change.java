package io.lockstep.model;

import java.time.Instant;

/**
 * Something that has happened to an object, and was committed. The notification to clients, the form of a webhook and the
 * line in a log are renderings of it; the write path alone makes them.
 */
public sealed interface Change {

    /** Its name on the wire, such as {@code document_updated}: the same to clients and in webhooks. */
    String type();

    /** The Service that the object is in. */
    Sid serviceSid();

    /** The object that it happened to. */
    Sid objectSid();

    /** Its number among the changes of that object, without gaps. */
    long eventId();

    /** Who caused it. */
    Caller caller();

    /** When. */
    Instant date();

    /** A document was created; event 0. */
    record DocumentCreated(Document document, Caller caller) implements Change {

        @Override
        public String type() {
            return "document_created";
        }

        @Override
        public Sid serviceSid() {
            return document.serviceSid();
        }

        @Override
        public Sid objectSid() {
            return document.sid();
        }

        @Override
        public long eventId() {
            return document.lastEventId();
        }

        @Override
        public Instant date() {
            return document.dateUpdated();
        }
    }

    /** A document's data, its time to live, or both have changed. */
    record DocumentUpdated(Document document, Caller caller) implements Change {

        @Override
        public String type() {
            return "document_updated";
        }

        @Override
        public Sid serviceSid() {
            return document.serviceSid();
        }

        @Override
        public Sid objectSid() {
            return document.sid();
        }

        @Override
        public long eventId() {
            return document.lastEventId();
        }

        @Override
        public Instant date() {
            return document.dateUpdated();
        }
    }

    /**
     * A document was deleted, or has expired.
     *
     * @param document as it was before
     */
    record DocumentRemoved(Document document, long eventId, Caller caller, Instant date) implements Change {

        @Override
        public String type() {
            return "document_removed";
        }

        @Override
        public Sid serviceSid() {
            return document.serviceSid();
        }

        @Override
        public Sid objectSid() {
            return document.sid();
        }
    }
}
