package io.lockstep.model;

/**
 * On whose behalf a repository acts. Every statement is scoped by it: what belongs to another account is not there. It
 * decides who an object was created by, whether permissions apply, and whether a webhook is due.
 */
public sealed interface Caller {

    /** Who created what REST created, and what an expired object was removed by. */
    String SYSTEM = "system";

    /** The account that everything it does happens in. */
    Sid accountSid();

    /** As {@code created_by} and a webhook's {@code Identity} tell it. */
    String identity();

    /** A backend, by REST: it may do everything in its account. */
    record Backend(Sid accountSid) implements Caller {

        @Override
        public String identity() {
            return SYSTEM;
        }
    }

    /**
     * A client, by the SDK: permissions apply where the Service says so.
     *
     * @param serviceSid the only Service that it may touch
     * @param endpointId which of the identity's connections it is
     */
    record Client(Sid accountSid, Sid serviceSid, String identity, String endpointId) implements Caller {}
}
