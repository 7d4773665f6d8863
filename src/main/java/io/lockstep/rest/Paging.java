package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.api.Numbers;
import io.lockstep.api.PageTokens;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Cursor;
import io.lockstep.model.Cursor.Direction;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages of a list: their parameters, and the envelope with its links (rest-api.md section 1.9). */
final class Paging {

    private static final int DEFAULT_SIZE = 50;

    private final PageTokens tokens;
    private final int maxSize;

    Paging(PageTokens tokens, int maxSize) {
        this.tokens = tokens;
        this.maxSize = maxSize;
    }

    /** Fails with INVALID_PAGE_SIZE or INVALID_PAGE_TOKEN. */
    PageRequest request(Map<String, String> query, String scope) {
        String token = query.get("PageToken");
        return new PageRequest(size(query), token == null ? null : tokens.read(token, scope));
    }

    private int size(Map<String, String> query) {
        String text = query.get("PageSize");
        if (text == null) {
            return Math.min(DEFAULT_SIZE, maxSize);
        }
        Integer size = Numbers.parse(text, 1, maxSize);
        if (size == null) {
            throw new SyncException(
                    ErrorCode.INVALID_PAGE_SIZE, "PageSize must be a whole number from 1 to " + maxSize);
        }
        return size;
    }

    /** The client's own counter: it selects nothing, and what is no number counts as none. */
    private static int number(Map<String, String> query) {
        Integer number = Numbers.parse(query.getOrDefault("Page", ""), 0, Integer.MAX_VALUE - 1);
        return number == null ? 0 : number;
    }

    <T> Reply reply(Place place, Page<T> page, Function<T, String> cursorKey, PageRows<T> rows) {
        return Reply.ok(json -> json.putArray(place.key(), page.rows(), row -> rows.write(json, row))
                .putObject("meta", meta -> meta(meta, place, page, cursorKey)));
    }

    private <T> void meta(JsonWriter meta, Place place, Page<T> page, Function<T, String> cursorKey) {
        int size = size(place.query());
        int number = number(place.query());
        meta.put("key", place.key())
                .put("page", number)
                .put("page_size", size)
                .put("url", place.url(size, number, place.query().get("PageToken")))
                .put("first_page_url", place.url(size, 0, null))
                .put("previous_page_url", previous(place, size, number, page, cursorKey))
                .put("next_page_url", next(place, size, number, page, cursorKey));
    }

    private <T> @Nullable String previous(
            Place place, int size, int number, Page<T> page, Function<T, String> cursorKey) {
        if (!page.hasPrevious()) {
            return null;
        }
        if (page.rows().isEmpty()) { // whatever stood here has gone
            return place.url(size, 0, null);
        }
        String key = cursorKey.apply(page.rows().get(0));
        return place.url(size, Math.max(0, number - 1), token(place, Direction.BEFORE, key));
    }

    private <T> @Nullable String next(Place place, int size, int number, Page<T> page, Function<T, String> cursorKey) {
        if (!page.hasNext()) {
            return null;
        }
        if (page.rows().isEmpty()) { // a page before a key, and nothing is there any more
            return place.url(size, 0, null);
        }
        String key = cursorKey.apply(page.rows().get(page.rows().size() - 1));
        return place.url(size, number + 1, token(place, Direction.AFTER, key));
    }

    private String token(Place place, Direction direction, String key) {
        return tokens.issue(new Cursor(direction, key), place.scope());
    }

    /**
     * Where a page is.
     *
     * @param location absolute, without a query
     * @param key the name of the array of rows
     * @param scope what a page token of this list is bound to
     * @param filter parameters of the query that every page repeats, encoded; may be empty
     */
    record Place(String location, String key, Map<String, String> query, String scope, String filter) {

        String url(int size, int number, @Nullable String token) {
            String filtered = filter.isEmpty() ? "?" : "?" + filter + "&";
            String url = location + filtered + "PageSize=" + size + "&Page=" + number;
            return token == null ? url : url + "&PageToken=" + token;
        }
    }
}
