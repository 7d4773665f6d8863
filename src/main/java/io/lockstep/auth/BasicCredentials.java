package io.lockstep.auth;

import io.lockstep.model.Sid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What an {@code Authorization: Basic} header holds, when its user is the SID of an account or a key. */
@SuppressWarnings("ArrayRecordComponent") // compared in constant time, by its user
record BasicCredentials(Sid sid, byte[] secret) {

    private static final String SCHEME = "Basic ";
    private static final int MAX_LENGTH = 1024; // a SID, and a secret of 255 characters, fit well

    /** Null when the header holds nothing that could be right. */
    static @Nullable BasicCredentials parse(@Nullable String header) {
        if (header == null
                || header.length() > MAX_LENGTH
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] decoded;
        try {
            decoded =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
        return decoded.length <= Sid.LENGTH || decoded[Sid.LENGTH] != ':' ? null : split(decoded);
    }

    private static @Nullable BasicCredentials split(byte[] decoded) {
        String user = new String(decoded, 0, Sid.LENGTH, StandardCharsets.ISO_8859_1);
        Sid sid = Sid.parse(user.startsWith("AC") ? Sid.Kind.ACCOUNT : Sid.Kind.API_KEY, user);
        byte[] secret = Arrays.copyOfRange(decoded, Sid.LENGTH + 1, decoded.length);
        return sid == null ? null : new BasicCredentials(sid, secret);
    }
}
