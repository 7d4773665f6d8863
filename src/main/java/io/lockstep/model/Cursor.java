package io.lockstep.model;

/**
 * Where a page begins, by the key of a row that the client has seen (the row itself may be gone since).
 *
 * @param key as the resource orders its pages: a SID
 */
public record Cursor(Direction direction, String key) {

    /** On which side of the key the page lies; the key itself belongs to neither. */
    public enum Direction {
        AFTER,
        BEFORE
    }
}
