package io.lockstep.realtime;

import io.lockstep.api.ItemKeys;
import io.lockstep.api.JsonWriter;
import io.lockstep.api.Numbers;
import io.lockstep.api.PageTokens;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Cursor;
import io.lockstep.model.Cursor.Direction;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.ItemQuery.Order;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queries for items, page by page (sync-client-rest.md section 6.1). Some clients follow the tokens, and send nothing
 * beside them; others ask only whether there is one, so that both are there exactly when something precedes, or follows.
 */
final class ItemQueries {

    private static final int DEFAULT_SIZE = 50;
    private static final int MAX_SIZE = 1000; // that may be asked for
    private static final int MAX_RETURNED = 100;

    private final Sid.Kind kind;
    private final CollectionRepository collections;
    private final ClientJson render;
    private final PageTokens tokens;

    ItemQueries(Sid.Kind kind, CollectionRepository collections, ClientJson render, PageTokens tokens) {
        this.kind = kind;
        this.collections = collections;
        this.render = render;
        this.tokens = tokens;
    }

    Future<ClientReply> answer(ClientRequest request, String collection) {
        SidOrUniqueName name = ClientRequest.name(kind, collection);
        String one = request.parameter(kind == Sid.Kind.LIST ? "Index" : "Key");
        if (one != null) {
            return single(request, name, ClientRequest.key(kind, one));
        }
        Asked asked = asked(request, scope(request, collection));
        return page(request, name, asked.query(), asked.page())
                .compose(page -> precedes(request, name, asked, page)
                        .map(before -> reply(request, collection, asked, page, before)));
    }

    /** What is not there is an empty answer; a collection that is not there is none. */
    private Future<ClientReply> single(ClientRequest request, SidOrUniqueName name, ItemKey key) {
        return collections
                .getItem(request.caller(), request.caller().serviceSid(), name, key)
                .map(List::of)
                .recover(cause -> cause instanceof SyncException refused
                                && (refused.errorCode() == ErrorCode.LIST_ITEM_NOT_FOUND
                                        || refused.errorCode() == ErrorCode.MAP_ITEM_NOT_FOUND)
                        ? Future.succeededFuture(List.of())
                        : Future.failedFuture(cause))
                .map(items -> reply(request, items, null, null));
    }

    private Future<Page<SyncItem>> page(
            ClientRequest request, SidOrUniqueName name, ItemQuery query, PageRequest page) {
        return collections.pageItems(request.caller(), request.caller().serviceSid(), name, query, page);
    }

    /** Whether there is anything before a page; at the beginning of all there is not. */
    private Future<Boolean> precedes(ClientRequest request, SidOrUniqueName name, Asked asked, Page<SyncItem> page) {
        Cursor cursor = asked.page().cursor();
        if (asked.query().from() == null && cursor == null) {
            return Future.succeededFuture(false);
        }
        if (cursor != null && cursor.direction() == Direction.BEFORE) {
            return Future.succeededFuture(page.hasPrevious());
        }
        ItemKey first =
                page.rows().isEmpty() ? begin(asked) : page.rows().get(0).key();
        Order back = asked.query().order() == Order.ASC ? Order.DESC : Order.ASC;
        return page(request, name, new ItemQuery(back, first, false), new PageRequest(1, null))
                .map(before -> !before.rows().isEmpty());
    }

    private ItemKey begin(Asked asked) {
        Cursor cursor = asked.page().cursor();
        ItemKey from = asked.query().from();
        return cursor != null || from == null ? ClientRequest.key(kind, cursor == null ? "" : cursor.key()) : from;
    }

    private ClientReply reply(
            ClientRequest request, String collection, Asked asked, Page<SyncItem> page, boolean precedes) {
        List<SyncItem> rows = page.rows();
        ItemKey first = rows.isEmpty()
                ? begin(asked, precedes || page.hasNext())
                : rows.get(0).key();
        ItemKey last = rows.isEmpty() ? first : rows.get(rows.size() - 1).key();
        String scope = scope(request, collection);
        return reply(
                request,
                rows,
                precedes && first != null ? token(asked, Direction.BEFORE, first, scope) : null,
                page.hasNext() && last != null ? token(asked, Direction.AFTER, last, scope) : null);
    }

    private @Nullable ItemKey begin(Asked asked, boolean needed) {
        return needed ? begin(asked) : null;
    }

    private ClientReply reply(
            ClientRequest request, List<SyncItem> items, @Nullable String previous, @Nullable String next) {
        return ClientReply.of(
                        200,
                        (JsonWriter json) -> json.putArray(
                                        "items", items, item -> render.itemWithData(json, item, request.caller()))
                                .putObject(
                                        "meta",
                                        meta -> meta.put("previous_token", previous)
                                                .put("next_token", next)))
                .showing(items);
    }

    /** A token works for this Service's collection, under the name that it was asked by. */
    private String scope(ClientRequest request, String collection) {
        return "client " + request.caller().serviceSid() + "/" + kind + "/" + collection;
    }

    /** Size and order stand before the key, for nothing else comes with a token. */
    private String token(Asked asked, Direction direction, ItemKey key, String scope) {
        String order = asked.query().order() == Order.ASC ? "asc" : "desc";
        return tokens.issue(new Cursor(direction, asked.page().size() + " " + order + " " + key), scope);
    }

    private Asked asked(ClientRequest request, String scope) {
        Integer size = size(request.parameter("PageSize"));
        ItemQuery query = ItemKeys.query(kind, request::parameter);
        String token = request.parameter("PageToken");
        if (token == null) {
            return new Asked(query, new PageRequest(size == null ? DEFAULT_SIZE : size, null));
        }
        Cursor cursor = tokens.read(token, scope);
        String[] parts = cursor.key().split(" ", 3);
        Order order = parts[1].equals("asc") ? Order.ASC : Order.DESC;
        return new Asked(
                new ItemQuery(order, null, true),
                new PageRequest(
                        size == null ? Integer.parseInt(parts[0]) : size, new Cursor(cursor.direction(), parts[2])));
    }

    private static @Nullable Integer size(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        Integer size = Numbers.parse(text, 1, MAX_SIZE);
        if (size == null) {
            throw new SyncException(
                    ErrorCode.INVALID_PAGE_SIZE, "PageSize must be a whole number from 1 to " + MAX_SIZE);
        }
        return Math.min(size, MAX_RETURNED);
    }

    private record Asked(ItemQuery query, PageRequest page) {}
}
