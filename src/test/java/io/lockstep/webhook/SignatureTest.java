package io.lockstep.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vectors of webhooks.md section 5.1, and the one that is published with Standard Webhooks. */
class SignatureTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @Test
    void twilioSignsTheUrlAndTheSortedParameters() {
        Map<String, String> parameters = Map.of(
                "AccountSid", "AC00000000000000000000000000000001",
                "DocumentData", "{\"score\":12,\"note\":\"Zoë & co\"}",
                "DocumentRevision", "1e",
                "DocumentSid", "ET00000000000000000000000000000003",
                "DocumentUniqueName", "board-1",
                "EndpointId", "ep-7",
                "EventType", "document_updated",
                "Identity", "alice",
                "ServiceSid", "IS00000000000000000000000000000002");

        assertThat(TwilioSignature.sign(TOKEN, "https://hooks.example.com/sync/events?tenant=blue", parameters))
                .isEqualTo("BRTsfrQVZmsZRAvNq39+nboYJO0=");
    }

    @Test
    void twilioSignsReachabilityAlike() {
        Map<String, String> parameters = Map.of(
                "AccountSid", "AC00000000000000000000000000000001",
                "EndpointId", "ep-7",
                "EventType", "endpoint_connected",
                "Identity", "alice",
                "ServiceSid", "IS00000000000000000000000000000002");

        assertThat(TwilioSignature.sign(TOKEN, "http://127.0.0.1:9000/hook", parameters))
                .isEqualTo("RNg6EyVcCLpn6Lgutq/AV8iVfLk=");
    }

    @Test
    void twilioSignsAsItsDocumentationShows() {
        Map<String, String> parameters = Map.of(
                "CallSid", "CA1234567890ABCDE",
                "Caller", "+12349013030",
                "Digits", "1234",
                "From", "+12349013030",
                "To", "+18005551212");

        assertThat(TwilioSignature.sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", parameters))
                .isEqualTo("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    @Test
    void standardWebhooksSignIdTimeAndBody() {
        byte[] secret = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(StandardSignature.sign(
                        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}".getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
