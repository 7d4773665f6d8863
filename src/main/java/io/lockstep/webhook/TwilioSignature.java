package io.lockstep.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;

/** The signature that Twilio's helper libraries check (webhooks.md section 5). */
final class TwilioSignature {

    private TwilioSignature() {}

    /**
     * @param url as it was configured, without the fragment
     * @param parameters decoded names and values of the form
     */
    static String sign(String authToken, String url, Map<String, String> parameters) {
        StringBuilder text = new StringBuilder(url);
        new TreeMap<>(parameters).forEach((name, value) -> text.append(name).append(value));
        return Hmac.base64(
                "HmacSHA1", authToken.getBytes(UTF_8), text.toString().getBytes(UTF_8));
    }
}
