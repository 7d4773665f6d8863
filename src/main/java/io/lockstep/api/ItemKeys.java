package io.lockstep.api;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.ItemQuery.Order;
import io.lockstep.model.Sid;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reading the indexes of lists and the keys of maps, and queries for items (rest-api.md section 6). */
public final class ItemKeys {

    private static final int MAX_KEY = 320; // code points

    private ItemKeys() {}

    /** Fails with INVALID_LIST_ITEM_INDEX or INVALID_MAP_ITEM_KEY. */
    public static ItemKey parse(Sid.Kind collection, String text) {
        return collection == Sid.Kind.LIST ? index(text) : key(text);
    }

    private static ItemKey index(String text) {
        boolean number = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new SyncException(ErrorCode.INVALID_LIST_ITEM_INDEX, "An index must be a whole number, 0 or greater");
        }
        return new ItemKey.Index(Long.parseLong(text));
    }

    private static ItemKey key(String text) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) > MAX_KEY) {
            throw new SyncException(ErrorCode.INVALID_MAP_ITEM_KEY, "A key must have 1 to " + MAX_KEY + " characters");
        }
        return new ItemKey.Key(text);
    }

    /**
     * Fails with INVALID_ORDER, INVALID_BOUNDS, or as a key does.
     *
     * @param parameters tell their values by their names; null when they were not sent
     */
    public static ItemQuery query(Sid.Kind collection, UnaryOperator<@Nullable String> parameters) {
        String from = parameters.apply("From");
        return new ItemQuery(
                oneOf(parameters, "Order", ErrorCode.INVALID_ORDER, "asc", "desc") ? Order.ASC : Order.DESC,
                from == null || from.isEmpty() ? null : parse(collection, from),
                oneOf(parameters, "Bounds", ErrorCode.INVALID_BOUNDS, "inclusive", "exclusive"));
    }

    /** Whether a parameter is the first of two words, which it is when it is not there. */
    private static boolean oneOf(
            UnaryOperator<@Nullable String> parameters, String name, ErrorCode otherwise, String first, String second) {
        String text = parameters.apply(name);
        if (text == null || text.isEmpty() || text.equals(first)) {
            return true;
        }
        if (!text.equals(second)) {
            throw new SyncException(otherwise, name + " must be " + first + " or " + second);
        }
        return false;
    }

    /** The query as it was asked, for the addresses of its other pages. */
    public static String filter(UnaryOperator<@Nullable String> parameters) {
        return Stream.of("From", "Bounds", "Order")
                .map(name -> parameter(name, parameters.apply(name)))
                .filter(parameter -> !parameter.isEmpty())
                .collect(Collectors.joining("&"));
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? "" : name + "=" + Form.encode(value);
    }
}
