package io.lockstep.model;

import java.util.Locale;

/** Why a webhook was not delivered, each with the code that Twilio's debugger has for the like (webhooks.md section 6). */
public enum WebhookError {
    /** No connection. */
    CONNECTION_FAILED(11205),
    /** No connection in time. */
    CONNECT_TIMEOUT(11205),
    /** No answer in time, or none that ended. */
    READ_TIMEOUT(11200),
    /** A connection that ended, or spoke no HTTP, before there was an answer. */
    BROKEN_RESPONSE(11200),
    /** A host that has no address. */
    DNS_FAILED(11210),
    /** A certificate that is not trusted, or no agreement on how to encrypt. */
    TLS_FAILED(11220),
    /** An address that the operator does not allow. */
    PRIVATE_ADDRESS(11205),
    /** A redirect, which is never followed. */
    REDIRECT(11215),
    /** A status of 400 to 499. */
    CLIENT_ERROR(11200),
    /** A status of 500 or more. */
    SERVER_ERROR(11200),
    /** The receiver wants no more webhooks: 410. */
    GONE(11200),
    /** A URL that cannot be used. */
    INVALID_URL(11100),
    /** The Service has no URL any more. */
    URL_CLEARED(0),
    /** The Service is no more. */
    SERVICE_DELETED(0);

    private final int code;

    WebhookError(int code) {
        this.code = code;
    }

    /** The debugger's code; 0 for what it has none for. */
    public int code() {
        return code;
    }

    /** Its name on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
