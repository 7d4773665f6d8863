package io.lockstep.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.model.Sid;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows when it comes back: which endpoint it is, signed, and good for its identity and Service alone
 * (twilsock-protocol.md section 13). Nothing is kept of it here.
 */
public final class ContinuationTokens {

    private static final String HMAC = "HmacSHA256";
    private static final int ENDPOINT = 32; // characters
    private static final HexFormat HEX = HexFormat.of();

    private final SecretKeySpec key;
    private final String storage;

    /**
     * @param key 32 bytes that every node shares
     * @param epoch of the database
     */
    public ContinuationTokens(byte[] key, long epoch) {
        this.key = new SecretKeySpec(key, HMAC);
        this.storage = epoch == 0 ? "storage" : "storage " + epoch; // as it was before there were epochs
    }

    /** A new endpoint: 32 hexadecimal digits. */
    String newEndpoint() {
        UUID random = UUID.randomUUID();
        return HEX.toHexDigits(random.getMostSignificantBits()) + HEX.toHexDigits(random.getLeastSignificantBits());
    }

    /** The token of an endpoint. */
    String issue(String endpoint, Sid service, String identity) {
        return endpoint + "." + mac("endpoint " + endpoint, service, identity);
    }

    /** The endpoint that a token names; null when it is none of ours, or of another identity or Service. */
    @Nullable
    String endpoint(String token, Sid service, String identity) {
        if (token.length() < ENDPOINT) {
            return null;
        }
        String endpoint = token.substring(0, ENDPOINT);
        boolean ours = MessageDigest.isEqual(issue(endpoint, service, identity).getBytes(UTF_8), token.getBytes(UTF_8));
        return ours ? endpoint : null;
    }

    /**
     * What a browser keeps what it has seen under: the same for a Service's identity, at whichever node, until the database
     * is restored from a backup, which may not know of it.
     */
    String storageId(Sid service, String identity) {
        return mac(storage, service, identity);
    }

    private String mac(String purpose, Sid service, String identity) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            byte[] tag = mac.doFinal((purpose + "\n" + service + "\n" + identity).getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + HMAC, e);
        }
    }
}
