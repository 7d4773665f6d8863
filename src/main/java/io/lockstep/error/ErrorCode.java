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
    TOKEN_INVALID(20101, 401),
    TOKEN_HEADER_INVALID(20102, 401),
    TOKEN_ISSUER_INVALID(20103, 401),
    TOKEN_EXPIRED(20104, 401),
    TOKEN_NOT_YET_VALID(20105, 401),
    TOKEN_GRANTS_INVALID(20106, 401),
    TOKEN_SIGNATURE_INVALID(20107, 401),
    TOKEN_EXPIRES_TOO_LATE(20157, 401),
    NOT_FOUND(20404, 404),
    PRECONDITION_FAILED(20412, 412),
    BODY_TOO_LARGE(20413, 413),
    IDEMPOTENCY_KEY_REUSED(20422, 422),
    INTERNAL_ERROR(20500, 500),
    UNAVAILABLE(20503, 503),
    TOKEN_SERVICE_MISSING(51104, 401),
    TOKEN_IDENTITY_MISSING(51105, 401),
    TOKEN_UPDATE_REFUSED(51215, 401),
    INVALID_IF_MATCH(54003, 400),
    DATA_TOO_LARGE(54006, 413),
    FORBIDDEN(54007, 403),
    INVALID_JSON(54008, 400),
    RATE_LIMITED(54009, 429),
    NO_PARAMETERS(54010, 400),
    INVALID_TTL(54011, 400),
    INVALID_WEBHOOK_URL(54051, 400),
    INVALID_FRIENDLY_NAME(54053, 400),
    DOCUMENT_NOT_FOUND(54100, 404),
    INVALID_DOCUMENT_DATA(54101, 400),
    DOCUMENT_REVISION_MISMATCH(54103, 412),
    LIST_NOT_FOUND(54150, 404),
    LIST_ITEM_NOT_FOUND(54151, 404),
    LIST_ITEM_REVISION_MISMATCH(54155, 412),
    INVALID_LIST_ITEM_DATA(54156, 400),
    MAP_NOT_FOUND(54200, 404),
    MAP_ITEM_NOT_FOUND(54201, 404),
    MAP_ITEM_REVISION_MISMATCH(54205, 412),
    INVALID_MAP_ITEM_DATA(54206, 400),
    MAP_ITEM_EXISTS(54208, 409),
    INVALID_MAP_ITEM_KEY(54209, 400),
    STREAM_NOT_FOUND(54250, 404),
    INVALID_MESSAGE_DATA(54251, 400),
    UNIQUE_NAME_NOT_FOUND(54300, 404),
    UNIQUE_NAME_TAKEN(54301, 409),
    INVALID_UNIQUE_NAME(54302, 400),
    INVALID_IDENTITY(54351, 400),
    PERMISSION_NOT_FOUND(54354, 404),
    TOO_MANY_SUBSCRIPTIONS(54419, 429),
    INVALID_ORDER(54451, 400),
    INVALID_BOUNDS(54452, 400),
    INVALID_PAGE_TOKEN(54453, 400),
    INVALID_PAGE_SIZE(54454, 400),
    INVALID_LIST_ITEM_INDEX(54458, 400),
    INVALID_INDEX_NAME(54502, 404);

    private final int code;
    private final int httpStatus;

    ErrorCode(int code, int httpStatus) {
        this.code = code;
        this.httpStatus = httpStatus;
    }

    /** The code that REST gives by default where Sync has one of its own: errors.md section 4. */
    public ErrorCode platform() {
        return switch (httpStatus) {
            case 404 -> NOT_FOUND;
            case 412 -> PRECONDITION_FAILED;
            default -> this;
        };
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
