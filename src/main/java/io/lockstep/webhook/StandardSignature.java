package io.lockstep.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The signature of the Standard Webhooks specification, version 1. */
final class StandardSignature {

    private StandardSignature() {}

    /**
     * @param timestamp of the attempt, in seconds since 1970
     */
    static String sign(byte[] secret, String id, long timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(UTF_8);
        return "v1," + Hmac.base64("HmacSHA256", secret, head, body);
    }
}
