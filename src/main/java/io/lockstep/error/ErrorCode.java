package io.lockstep.error;

/**
 * The codes that clients are told, each with its HTTP status; Twilio's numbers where Twilio has one, else the status.
 * docs/error-codes.md has the same rows, and a test compares them.
 */
public enum ErrorCode {
    MALFORMED_REQUEST(400, 400),
    REQUEST_TIMEOUT(408, 408),
    URI_TOO_LONG(414, 414),
    HEADERS_TOO_LARGE(431, 431),
    INVALID_PARAMETER(20001, 400),
    UNAUTHORIZED(20003, 401),
    METHOD_NOT_ALLOWED(20004, 405),
    ACCOUNT_NOT_ACTIVE(20005, 401),
    NOT_FOUND(20404, 404),
    BODY_TOO_LARGE(20413, 413),
    INTERNAL_ERROR(20500, 500),
    UNAVAILABLE(20503, 503),
    INVALID_WEBHOOK_URL(54051, 400),
    INVALID_FRIENDLY_NAME(54053, 400),
    INVALID_PAGE_TOKEN(54453, 400),
    INVALID_PAGE_SIZE(54454, 400);

    private final int code;
    private final int httpStatus;

    ErrorCode(int code, int httpStatus) {
        this.code = code;
        this.httpStatus = httpStatus;
    }

    /** The {@code code} of the error body. */
    public int code() {
        return code;
    }

    /** The HTTP status, which the body repeats. */
    public int httpStatus() {
        return httpStatus;
    }
}
