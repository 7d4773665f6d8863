package io.lockstep.rest;

import io.lockstep.api.Form;
import io.lockstep.api.ItemKeys;
import io.lockstep.api.JsonTexts;
import io.lockstep.api.Numbers;
import io.lockstep.api.Parameters;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.Answer;
import io.lockstep.store.Once;
import io.lockstep.store.RepeatedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of an authenticated request, typed; a bad one fails with the code that the reference gives it. */
final class Request {

    private static final int MAX_IDENTITY = 256; // code points
    private static final CharSequence REPLAYED = HttpHeaders.createOptimized("Idempotent-Replayed");
    private static final String FORM = "application/x-www-form-urlencoded";

    private final RoutingContext ctx;
    private final Caller caller;
    private final @Nullable IdempotencyKey idempotencyKey;
    private final Map<String, String> form;
    private final PublicAddress publicAddress;
    private final Paging paging;
    private @Nullable Map<String, String> query;

    Request(RoutingContext ctx, Caller caller, Buffer body, PublicAddress publicAddress, Paging paging) {
        this.ctx = ctx;
        this.caller = caller;
        this.idempotencyKey = IdempotencyKey.of(ctx.request(), body);
        this.form = isForm() ? Form.parse(body.getBytes()) : Map.of(); // of another type: as if there were none
        this.publicAddress = publicAddress;
        this.paging = paging;
    }

    private boolean isForm() {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    Caller caller() {
        return caller;
    }

    /** Scheme, host and port that this client reaches us by. */
    String baseUrl() {
        return publicAddress.of(ctx.request());
    }

    /** The path as the client wrote it. */
    String path() {
        return ctx.request().path();
    }

    /** The Service that a segment of the path names; NOT_FOUND when it can be the name of none. */
    ServiceName serviceName(String parameter) {
        ServiceName name = ServiceName.parse(segment(parameter));
        if (name == null) {
            throw new SyncException(ErrorCode.NOT_FOUND, path());
        }
        return name;
    }

    /** What a segment of the path names; NOT_FOUND when it is the SID of something else. */
    SidOrUniqueName objectName(Sid.Kind kind, String parameter) {
        SidOrUniqueName name = SidOrUniqueName.parse(kind, segment(parameter));
        if (name == null) {
            throw new SyncException(ErrorCode.NOT_FOUND, path());
        }
        return name;
    }

    /** A SID in the path; NOT_FOUND when it is none of that kind. */
    Sid sid(Sid.Kind kind, String parameter) {
        Sid sid = Sid.parse(kind, segment(parameter));
        if (sid == null) {
            throw new SyncException(ErrorCode.NOT_FOUND, path());
        }
        return sid;
    }

    /** The name of a new object: 1 to 320 code points, not like a SID in either case; null when it was not sent. */
    @Nullable
    String uniqueName() {
        return Parameters.uniqueName(form.get("UniqueName"));
    }

    /** An identity in the path, of 1 to 256 code points. */
    String identity(String parameter) {
        String identity = segment(parameter);
        if (identity.isEmpty() || identity.codePointCount(0, identity.length()) > MAX_IDENTITY) {
            throw new SyncException(
                    ErrorCode.INVALID_IDENTITY, "An identity must have 1 to " + MAX_IDENTITY + " characters");
        }
        return identity;
    }

    /** Seconds to live, 0 for ever; null when it was not sent, or empty. */
    @Nullable
    Long ttl(String name) {
        String text = form.get(name);
        if (text == null || text.isEmpty()) {
            return null;
        }
        return Parameters.ttl(name, text);
    }

    /** The same under either of two names, of which the second is an alias; the first counts when both are there. */
    @Nullable
    Long ttl(String name, String alias) {
        Long aliased = ttl(alias);
        Long ttl = ttl(name);
        return ttl == null ? aliased : ttl;
    }

    /** JSON of a field; null when it was not sent. Fails with {@code notAnObject} when it is no object. */
    @Nullable
    JsonText data(int maxBytes, ErrorCode notAnObject) {
        String text = form.get("Data");
        return text == null ? null : JsonTexts.parseObject(text, maxBytes, notAnObject);
    }

    /** The same, which must have been sent; {@code notAnObject} also says that it was not. */
    JsonText requiredData(int maxBytes, ErrorCode notAnObject) {
        JsonText data = data(maxBytes, notAnObject);
        if (data == null) {
            throw new SyncException(notAnObject, "Data is required");
        }
        return data;
    }

    /** The index or the key of an item in the path. */
    ItemKey itemKey(Sid.Kind collection) {
        return ItemKeys.parse(collection, segment("Item"));
    }

    /** The revision of {@code If-Match}, bare or as an entity tag; null when there is none, or any will do. */
    @Nullable
    String ifMatch() {
        return Parameters.ifMatch(ctx.request().getHeader(HttpHeaders.IF_MATCH));
    }

    /** The segment of the path that stands where the route's template has {@code :parameter}, decoded once. */
    private String segment(String parameter) {
        return Form.decodeSegment(ctx.<PathTemplate.Match>get(RouteTable.MATCH).get(parameter));
    }

    /** A form field's text; null when it was not sent. */
    @Nullable
    String text(String name) {
        return form.get(name);
    }

    /** {@code true} or {@code false}, in any case; null when it was not sent. */
    @Nullable
    Boolean flag(String name) {
        String text = form.get(name);
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new SyncException(ErrorCode.INVALID_PARAMETER, name + " must be true or false");
        };
    }

    /** A whole number within bounds, both included; null when it was not sent. */
    @Nullable
    Integer integer(String name, int min, int max) {
        String text = form.get(name);
        if (text == null) {
            return null;
        }
        Integer number = Numbers.parse(text, min, max);
        if (number == null) {
            throw new SyncException(
                    ErrorCode.INVALID_PARAMETER, name + " must be a whole number from " + min + " to " + max);
        }
        return number;
    }

    /**
     * Carries out a write and renders its result. With an idempotency key it is done once, and answered as it was the
     * first time.
     */
    <R> Future<Reply> write(Function<@Nullable Once<R>, Future<R>> work, Function<R, Reply> render) {
        Once<R> once = idempotencyKey == null
                ? null
                : new Once<>(
                        idempotencyKey.text(),
                        idempotencyKey.fingerprint(),
                        result -> render.apply(result).kept());
        return work.apply(once)
                .map(render)
                .recover(cause -> cause instanceof RepeatedException repeated
                        ? repeat(repeated.answer())
                        : Future.failedFuture(cause));
    }

    private Future<Reply> repeat(Answer answer) {
        ctx.response().putHeader(REPLAYED, "true");
        return answer instanceof Answer.Success success
                ? Future.succeededFuture(Reply.of(success))
                : refuse((Answer.Refusal) answer);
    }

    private static <T> Future<T> refuse(Answer.Refusal refusal) {
        return SyncException.failedFuture(refusal.errorCode(), refusal.message());
    }

    /** Which page is asked for, by the query. */
    PageRequest page() {
        return page("");
    }

    /** The same of a list that is filtered, which the tokens of its pages are bound to. */
    PageRequest page(String filter) {
        return paging.request(query(), pageScope(filter));
    }

    /** The {@code meta} and the rows of a page. */
    <T> Reply page(String key, Page<T> page, Function<T, String> cursorKey, PageRows<T> rows) {
        return page(key, page, cursorKey, rows, "");
    }

    /** The same of a list that is filtered. */
    <T> Reply page(String key, Page<T> page, Function<T, String> cursorKey, PageRows<T> rows, String filter) {
        Paging.Place place = new Paging.Place(baseUrl() + path(), key, query(), pageScope(filter), filter);
        return paging.reply(place, page, cursorKey, rows);
    }

    /** A page token works for this account, this path and this filter only. */
    private String pageScope(String filter) {
        return filter.isEmpty() ? caller.accountSid() + path() : caller.accountSid() + path() + '?' + filter;
    }

    /** A parameter of the query; null when it was not sent. */
    @Nullable
    String queryText(String name) {
        return query().get(name);
    }

    /** A parameter of the query that may come several times. */
    List<String> queryTexts(String name) {
        String text = ctx.request().query();
        return text == null
                ? List.of()
                : Arrays.stream(text.split("&", -1))
                        .filter(it -> it.startsWith(name + "="))
                        .map(it -> Form.decode(it.substring(name.length() + 1)))
                        .toList();
    }

    private Map<String, String> query() {
        if (query == null) {
            String text = ctx.request().query();
            query = text == null ? Map.of() : Form.parse(text.getBytes(StandardCharsets.UTF_8));
        }
        return query;
    }
}
