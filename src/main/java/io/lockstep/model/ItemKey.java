package io.lockstep.model;

/** What an item is found by in its collection, and the order that it stands in there. */
public sealed interface ItemKey {

    /** In a list: a number that the list gave, never twice. */
    record Index(long value) implements ItemKey {

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** In a map: what its creator chose; ordered by the bytes of its UTF-8. */
    record Key(String value) implements ItemKey {

        @Override
        public String toString() {
            return value;
        }
    }
}
