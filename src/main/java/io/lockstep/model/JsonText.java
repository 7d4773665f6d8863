package io.lockstep.model;

/**
 * A JSON object as text: valid, without insignificant white space, and else spelt as the client spelt it. Whoever makes
 * one has checked that; nobody parses it again to store it or to send it.
 */
public record JsonText(String text) {

    /** {@code {}}. */
    public static final JsonText EMPTY_OBJECT = new JsonText("{}");
}
