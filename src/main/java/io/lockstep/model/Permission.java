package io.lockstep.model;

/** What an identity may do with an object of a Service whose ACL is enabled; the rights are independent. */
public record Permission(Sid serviceSid, Sid objectSid, String identity, Rights rights) {

    /** Read and subscribe; change the data; remove the object. */
    public record Rights(boolean read, boolean write, boolean manage) {

        /** What no entry means. */
        public static final Rights NONE = new Rights(false, false, false);

        /** What the creator of an object gets. */
        public static final Rights ALL = new Rights(true, true, true);
    }
}
