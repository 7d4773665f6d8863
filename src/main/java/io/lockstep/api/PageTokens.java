package io.lockstep.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Cursor;
import io.lockstep.model.Cursor.Direction;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Page tokens: opaque to clients, and authenticated, so that one works only for the list that it was made for. The list
 * is named by its scope: account, path and filter.
 */
public final class PageTokens {

    private static final String PREFIX = "PT";
    private static final String HMAC = "HmacSHA256";
    private static final int TAG_LENGTH = 16;
    private static final int MAX_LENGTH = 4096;

    private final SecretKeySpec key;

    /**
     * @param key 32 bytes that every node shares
     */
    public PageTokens(byte[] key) {
        this.key = new SecretKeySpec(key, HMAC);
    }

    /** A token that {@link #read} turns into the cursor again, for the same scope. */
    public String issue(Cursor cursor, String scope) {
        byte[] text = (letter(cursor.direction()) + cursor.key()).getBytes(UTF_8);
        byte[] token = Arrays.copyOf(tag(text, scope), TAG_LENGTH + text.length);
        System.arraycopy(text, 0, token, TAG_LENGTH, text.length);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Fails with INVALID_PAGE_TOKEN when the token was altered, or made for another scope, or by another. */
    public Cursor read(String token, String scope) {
        byte[] decoded = decode(token);
        byte[] text = Arrays.copyOfRange(decoded, TAG_LENGTH, decoded.length);
        if (!MessageDigest.isEqual(tag(text, scope), Arrays.copyOf(decoded, TAG_LENGTH))) {
            throw invalid();
        }
        Direction direction = text[0] == 'A' ? Direction.AFTER : Direction.BEFORE;
        return new Cursor(direction, new String(text, 1, text.length - 1, UTF_8));
    }

    private static byte[] decode(String token) {
        if (token.startsWith(PREFIX) && token.length() <= MAX_LENGTH) {
            try {
                byte[] decoded = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
                if (decoded.length > TAG_LENGTH) {
                    return decoded;
                }
            } catch (IllegalArgumentException ignored) {
                // the same complaint as for a wrong tag
            }
        }
        throw invalid();
    }

    private byte[] tag(byte[] text, String scope) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(scope.getBytes(UTF_8));
            mac.update((byte) 0); // neither part may be read as the other
            return Arrays.copyOf(mac.doFinal(text), TAG_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + HMAC, e);
        }
    }

    private static char letter(Direction direction) {
        return direction == Direction.AFTER ? 'A' : 'B';
    }

    private static SyncException invalid() {
        return new SyncException(ErrorCode.INVALID_PAGE_TOKEN, "Invalid PageToken");
    }
}
