package io.lockstep.store.pg;

import io.lockstep.model.Cursor;
import io.lockstep.model.Page;
import io.lockstep.model.PageRequest;
import java.util.Collections;
import java.util.List;

/** Making a page of rows that were read with one row more than was asked for. */
final class Pages {

    private Pages() {}

    /**
     * @param rows in the order of the cursor's direction: the nearest to the cursor first
     */
    static <T> Page<T> of(List<T> rows, PageRequest request) {
        boolean more = rows.size() > request.size();
        List<T> wanted = more ? rows.subList(0, request.size()) : rows;
        Cursor cursor = request.cursor();
        if (cursor != null && cursor.direction() == Cursor.Direction.BEFORE) {
            Collections.reverse(wanted);
            return new Page<>(wanted, more, true); // the page that the client came from follows
        }
        return new Page<>(wanted, cursor != null, more);
    }
}
