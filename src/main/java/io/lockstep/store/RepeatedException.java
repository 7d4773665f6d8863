package io.lockstep.store;

/** A write had been answered before, under the same key, and was not done again. */
public final class RepeatedException extends RuntimeException {

    private final transient Answer answer;

    public RepeatedException(Answer answer) {
        super("answered before", null, false, false); // an expected outcome needs no stack trace
        this.answer = answer;
    }

    /** The first answer. */
    public Answer answer() {
        return answer;
    }
}
