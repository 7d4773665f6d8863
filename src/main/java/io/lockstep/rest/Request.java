package io.lockstep.rest;

import io.lockstep.api.RequestInfo;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.ServiceName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of an authenticated request, typed; a bad one fails with the code that the reference gives it. */
final class Request {

    private static final String FORM = "application/x-www-form-urlencoded";

    private final RoutingContext ctx;
    private final Caller caller;
    private final Map<String, String> form;
    private final PublicAddress publicAddress;
    private final Paging paging;
    private @Nullable Map<String, String> query;

    Request(RoutingContext ctx, Caller caller, Buffer body, PublicAddress publicAddress, Paging paging) {
        this.ctx = ctx;
        this.caller = caller;
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

    /** The segment of the path that stands where the route's template has {@code :parameter}, decoded once. */
    private String segment(String parameter) {
        String[] template = ctx.<RequestInfo>get(RequestInfo.KEY).route().split("/", -1);
        int index = Arrays.asList(template).indexOf(":" + parameter);
        return Form.decodeSegment(path().split("/", -1)[index]);
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

    /** Which page is asked for, by the query. */
    PageRequest page() {
        return paging.request(query(), pageScope());
    }

    /** The {@code meta} and the rows of a page. */
    <T> Reply page(String key, Page<T> page, Function<T, String> cursorKey, PageRows<T> rows) {
        return paging.reply(new Paging.Place(baseUrl() + path(), key, query(), pageScope()), page, cursorKey, rows);
    }

    /** A page token works for this account and this path only. */
    private String pageScope() {
        return caller.accountSid() + path();
    }

    private Map<String, String> query() {
        if (query == null) {
            String text = ctx.request().query();
            query = text == null ? Map.of() : Form.parse(text.getBytes(StandardCharsets.UTF_8));
        }
        return query;
    }
}
