package io.lockstep.rest;

import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.error.ErrorCode;
import io.lockstep.testing.FaultyProxy;
import io.lockstep.testing.Futures;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks docs/error-codes.md: each row can be met, with its status and code. */
class ErrorCodesTest {

    private static final String SERVICES = "/v1/Services";
    private static final String DOCUMENTS = SERVICES + "/default/Documents";
    private static final String LISTS = SERVICES + "/default/Lists";
    private static final String MAPS = SERVICES + "/default/Maps";
    private static final String STREAMS = SERVICES + "/default/Streams";

    /** Code, status and name. */
    private static final Pattern ROW = Pattern.compile("^\\| *`?(\\d+)`? *\\| *`?(\\d+)`? *\\| *`(\\w+)`.*");

    private static final Vertx vertx = Vertx.vertx();
    private static final DatabaseUrl database = TestDatabase.newDatabase();
    private static final FaultyProxy proxy = new FaultyProxy(vertx, database);

    @RegisterExtension
    static final TestServer server = new TestServer(
            Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(proxy.url()), "LOCKSTEP_REQUEST_TIMEOUT", "300ms"));

    @RegisterExtension
    static final TestServer syncCodes = new TestServer(Map.of("LOCKSTEP_ERROR_CODES", "sync"));

    @RegisterExtension
    static final TestServer limited = new TestServer(
            Map.of("LOCKSTEP_LIMITS", "twilio", "LOCKSTEP_LIMIT_WRITES", "1", "LOCKSTEP_LIMIT_BURST", "1s"));

    @AfterAll
    static void close() {
        Futures.await(vertx.close());
    }

    /** What only clients of the SDK are told. */
    private static final Set<ErrorCode> CLIENTS_ONLY =
            EnumSet.of(ErrorCode.FORBIDDEN, ErrorCode.TOO_MANY_SUBSCRIPTIONS, ErrorCode.INVALID_INDEX_NAME);

    static List<Row> rows() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("docs", "error-codes.md"))) {
            return lines.map(ROW::matcher)
                    .filter(java.util.regex.Matcher::matches)
                    .map(row -> new Row(row.group(1), row.group(2), ErrorCode.valueOf(row.group(3))))
                    .filter(row -> !CLIENTS_ONLY.contains(row.name())
                            && !row.name().name().startsWith("TOKEN_")) // told to clients of the SDK only
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowCanBeMet(Row row) {
        String answer = provoke(row.name());

        assertThat(answer)
                .contains("\"code\":" + row.code() + ",")
                .contains("\"status\":" + row.status() + "}")
                .contains("\"more_info\":\"https://www.twilio.com/docs/errors/" + row.code() + "\"");
    }

    private static String provoke(ErrorCode code) {
        return switch (code) {
            case MALFORMED_REQUEST -> raw("nonsense\r\n\r\n");
            case REQUEST_TIMEOUT ->
                raw("POST " + SERVICES + " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n" + "Authorization: "
                        + credentials() + "\r\n\r\n");
            case URI_TOO_LONG -> raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n");
            case HEADERS_TOO_LARGE -> raw("GET / HTTP/1.1\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
            case INVALID_PARAMETER -> post("AclEnabled=perhaps");
            case UNAUTHORIZED -> send(server.request(SERVICES));
            case METHOD_NOT_ALLOWED ->
                send(server.request(SERVICES).method("PUT", HttpRequest.BodyPublishers.noBody()));
            case ACCOUNT_NOT_ACTIVE -> fromSuspendedAccount();
            case NOT_FOUND -> get(SERVICES + "/nothing");
            case BODY_TOO_LARGE -> post("x".repeat(1_100_000));
            case IDEMPOTENCY_KEY_REUSED -> underOneKey("Ttl=1", "Ttl=2");
            case INTERNAL_ERROR -> withoutItsTable();
            case UNAVAILABLE -> withoutItsDatabase();
            case INVALID_WEBHOOK_URL -> post("WebhookUrl=nowhere");
            case INVALID_FRIENDLY_NAME -> post("FriendlyName=");
            case INVALID_PAGE_TOKEN -> get(SERVICES + "?PageToken=x");
            case PRECONDITION_FAILED -> atAnOldRevision(server);
            case DOCUMENT_REVISION_MISMATCH -> atAnOldRevision(syncCodes);
            case DOCUMENT_NOT_FOUND -> get(syncCodes, DOCUMENTS + "/ET00000000000000000000000000000000");
            case UNIQUE_NAME_NOT_FOUND -> get(syncCodes, DOCUMENTS + "/nothing");
            case PERMISSION_NOT_FOUND -> get(syncCodes, newDocument(syncCodes) + "/Permissions/nobody");
            case UNIQUE_NAME_TAKEN -> twice("UniqueName=taken");
            case INVALID_UNIQUE_NAME -> post(server, DOCUMENTS, "UniqueName=");
            case INVALID_IF_MATCH -> withIfMatch(server, DOCUMENTS + "/x", "no revision");
            case DATA_TOO_LARGE -> post(server, DOCUMENTS, "Data={\"a\":\"" + "x".repeat(16_384) + "\"}");
            case INVALID_JSON -> post(server, DOCUMENTS, "Data={");
            case INVALID_DOCUMENT_DATA -> post(server, DOCUMENTS, "Data=[]");
            case NO_PARAMETERS -> post(server, DOCUMENTS + "/x", "");
            case INVALID_TTL -> post(server, DOCUMENTS, "Ttl=-1");
            case INVALID_IDENTITY -> get(server, DOCUMENTS + "/x/Permissions/" + "i".repeat(257));
            case FORBIDDEN -> throw new AssertionError("REST is never told of it: see DocumentBatchTest");
            case TOO_MANY_SUBSCRIPTIONS, INVALID_INDEX_NAME ->
                throw new AssertionError("REST is never told of it: see SubscriptionTest");
            case TOKEN_INVALID,
                    TOKEN_HEADER_INVALID,
                    TOKEN_ISSUER_INVALID,
                    TOKEN_EXPIRED,
                    TOKEN_NOT_YET_VALID,
                    TOKEN_GRANTS_INVALID,
                    TOKEN_SIGNATURE_INVALID,
                    TOKEN_EXPIRES_TOO_LATE,
                    TOKEN_SERVICE_MISSING,
                    TOKEN_IDENTITY_MISSING,
                    TOKEN_UPDATE_REFUSED -> throw new AssertionError("REST is never told of it: see AccessTokensTest");
            case INVALID_PAGE_SIZE -> get(SERVICES + "?PageSize=0");
            case LIST_NOT_FOUND -> get(syncCodes, LISTS + "/ES00000000000000000000000000000000");
            case LIST_ITEM_NOT_FOUND -> get(syncCodes, create(syncCodes, LISTS) + "/Items/0");
            case LIST_ITEM_REVISION_MISMATCH -> withIfMatch(syncCodes, item(syncCodes, LISTS, "Data={}"), "f");
            case INVALID_LIST_ITEM_DATA -> post(server, LISTS + "/x/Items", "Data=[]");
            case INVALID_LIST_ITEM_INDEX -> get(server, LISTS + "/x/Items/first");
            case MAP_NOT_FOUND -> get(syncCodes, MAPS + "/MP00000000000000000000000000000000");
            case MAP_ITEM_NOT_FOUND -> get(syncCodes, create(syncCodes, MAPS) + "/Items/nothing");
            case MAP_ITEM_REVISION_MISMATCH -> withIfMatch(syncCodes, item(syncCodes, MAPS, "Key=k&Data={}"), "f");
            case INVALID_MAP_ITEM_DATA -> post(server, MAPS + "/x/Items", "Key=k&Data=[]");
            case INVALID_MAP_ITEM_KEY -> post(server, MAPS + "/x/Items", "Data={}");
            case MAP_ITEM_EXISTS -> twiceInAMap();
            case STREAM_NOT_FOUND -> get(syncCodes, STREAMS + "/TO00000000000000000000000000000000");
            case INVALID_MESSAGE_DATA -> post(server, STREAMS + "/x/Messages", "");
            case INVALID_ORDER -> get(server, LISTS + "/x/Items?Order=up");
            case INVALID_BOUNDS -> get(server, LISTS + "/x/Items?Bounds=none");
            case RATE_LIMITED -> tooOften();
        };
    }

    private static String fromSuspendedAccount() {
        Issued account = server.newAccount();
        server.administer(tools -> tools.accounts().setActive(account.sid(), false));
        return send(as(account, server.request(SERVICES)));
    }

    private static String withoutItsTable() {
        TestDatabase.execute(database, "ALTER TABLE service RENAME TO hidden");
        try {
            return get(SERVICES);
        } finally {
            TestDatabase.execute(database, "ALTER TABLE hidden RENAME TO service");
        }
    }

    private static String withoutItsDatabase() {
        proxy.refuse(true);
        try {
            return get(SERVICES);
        } finally {
            proxy.refuse(false);
        }
    }

    private static String raw(String request) {
        return RawHttp.exchange(server.port(), request);
    }

    private static String atAnOldRevision(TestServer which) {
        String document = newDocument(which);
        post(which, document, "Ttl=0");
        return withIfMatch(which, document, "0");
    }

    private static String withIfMatch(TestServer which, String path, String revision) {
        return which.send(as(which.account(), which.postForm(path, "Ttl=0")).header("If-Match", revision))
                .response()
                .body();
    }

    private static String newDocument(TestServer which) {
        return create(which, DOCUMENTS);
    }

    private static String create(TestServer which, String collection) {
        return collection + "/" + which.post(collection).json().getString("sid");
    }

    private static String item(TestServer which, String collections, String form) {
        String items = create(which, collections) + "/Items";
        post(which, items, form);
        return items + (collections.equals(LISTS) ? "/0" : "/k");
    }

    private static String twiceInAMap() {
        String items = create(server, MAPS) + "/Items";
        post(server, items, "Key=k&Data={}");
        return post(server, items, "Key=k&Data={}");
    }

    private static String tooOften() {
        String document = newDocument(limited);
        post(limited, document, "Ttl=0");
        return post(limited, document, "Ttl=0");
    }

    private static String twice(String form) {
        post(server, DOCUMENTS, form);
        return post(server, DOCUMENTS, form);
    }

    private static String underOneKey(String... forms) {
        String answer = "";
        for (String form : forms) {
            answer = send(as(server.account(), server.postForm(DOCUMENTS, form)).header("Idempotency-Key", "one"));
        }
        return answer;
    }

    private static String post(TestServer which, String path, String form) {
        return which.send(as(which.account(), which.postForm(path, form)))
                .response()
                .body();
    }

    private static String get(TestServer which, String path) {
        return which.get(path).response().body();
    }

    private static String post(String form) {
        return send(as(server.account(), server.postForm(SERVICES, form)));
    }

    private static String get(String path) {
        return send(as(server.account(), server.request(path)));
    }

    private static String send(HttpRequest.Builder request) {
        return server.send(request).response().body();
    }

    private static String credentials() {
        return basic(server.account().sid() + ":" + server.account().secret());
    }

    /** One row of the document. */
    record Row(String code, String status, ErrorCode name) {}
}
