package io.lockstep.api;

import org.jspecify.annotations.Nullable;

/** Whole numbers as parameters spell them. */
public final class Numbers {

    private static final int MAX_DIGITS = 10;

    private Numbers() {}

    /** Null when it is not plain digits, or out of bounds. */
    public static @Nullable Integer parse(String text, int min, int max) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        long number = Long.parseLong(text);
        return number < min || number > max ? null : Integer.valueOf((int) number);
    }
}
