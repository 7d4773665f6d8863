package io.lockstep.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lockstep.auth.SecretBox;
import io.lockstep.auth.WebhookSecrets;
import io.lockstep.model.Sid;
import io.lockstep.store.WebhookRepository.Target;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Signs webhooks twice: as Twilio does (webhooks.md section 5), and as Standard Webhooks has it. */
public final class Signer {

    private static final int REMEMBERED = 1000; // tokens, by what they are stored as
    private static final Duration FOR = Duration.ofMinutes(1);

    private final Cache<ByteBuffer, String> authTokens =
            Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FOR).build();
    private final SecretBox secretBox;
    private final WebhookSecrets secrets;

    public Signer(SecretBox secretBox, WebhookSecrets secrets) {
        this.secretBox = secretBox;
        this.secrets = secrets;
    }

    /**
     * The headers that identify and sign an attempt. For a day after the Service's secret was changed there is a signature
     * with the one before, too.
     *
     * @param url as the Service has it, without the fragment
     */
    MultiMap headers(
            Sid service, Target target, String url, Sid delivery, Map<String, String> parameters, byte[] body) {
        String authToken = authTokens.get(
                ByteBuffer.wrap(target.authToken().bytes()),
                stored ->
                        new String(secretBox.decrypt(target.accountSid(), target.authToken()), StandardCharsets.UTF_8));
        String id = delivery.toString();
        long now = Instant.now().getEpochSecond();
        int generation = target.secretGeneration();
        String signature = StandardSignature.sign(secrets.secret(service, generation), id, now, body);
        if (target.secretChanged()) {
            signature += " " + StandardSignature.sign(secrets.secret(service, generation - 1), id, now, body);
        }
        return MultiMap.caseInsensitiveMultiMap()
                .add("X-Twilio-Signature", TwilioSignature.sign(authToken, url, parameters))
                .add("I-Twilio-Idempotency-Token", id)
                .add("webhook-id", id)
                .add("webhook-timestamp", Long.toString(now))
                .add("webhook-signature", signature);
    }
}
