package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lockstep.model.Sid;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of Services that sign webhooks as Standard Webhooks has it. They are derived from the master key, so nothing
 * is stored but how often one was changed.
 */
public final class WebhookSecrets {

    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    public WebhookSecrets(MasterKey masterKey) {
        this.key = new SecretKeySpec(masterKey.subkey("webhook secrets"), HMAC);
    }

    /** 32 bytes. */
    public byte[] secret(Sid service, int generation) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal((service + "." + generation).getBytes(US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HMAC-SHA256", e);
        }
    }

    /** As a receiver's library takes it: {@code whsec_} and base64. */
    public String text(Sid service, int generation) {
        return "whsec_" + Base64.getEncoder().encodeToString(secret(service, generation));
    }
}
