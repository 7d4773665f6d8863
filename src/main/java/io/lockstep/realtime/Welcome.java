package io.lockstep.realtime;

import io.lockstep.model.Sid;
import io.lockstep.realtime.Logins.Login;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an {@code init} whose token was taken (twilsock-protocol.md section 4.1).
 *
 * @param endpoint which of the identity's devices it is
 * @param reissued whether that is a new one
 */
record Welcome(Packet init, Login login, ContinuationTokens tokens, String endpoint, boolean reissued) {

    /** The product that every token and every request is for. */
    static final String PRODUCT = "data_sync";

    private static final List<String> CAPABILITIES = List.of("client_update", "offline_storage");

    /** The endpoint that a client was, or a new one: a token that is not good for it is no failure. */
    static Welcome of(Packet init, Login login, ContinuationTokens tokens) {
        String shown = shown(init);
        String known = shown == null
                ? null
                : tokens.endpoint(shown, login.service(), login.token().identity());
        return new Welcome(init, login, tokens, known == null ? tokens.newEndpoint() : known, known == null);
    }

    private static @Nullable String shown(Packet init) {
        return init.header().getValue("continuation_token") instanceof String text ? text : null;
    }

    /** Whether the client can do something. */
    boolean wants(String capability) {
        return init.header().getValue("capabilities") instanceof JsonArray array && array.contains(capability);
    }

    JsonObject reply() {
        Sid service = login.service();
        String identity = login.token().identity();
        JsonObject reply = Replies.ok(init.id())
                .put("capabilities", CAPABILITIES.stream().filter(this::wants).toList())
                .put("continuation_token_status", continuationStatus())
                .put("continuation_token", tokens.issue(endpoint, service, identity))
                .put(
                        "offline_storage",
                        ofProduct(new JsonObject().put("storage_id", tokens.storageId(service, identity))));
        if (wants("account_descriptor")) {
            reply.put(
                    "account_descriptor",
                    new JsonObject()
                            .put("account_sid", login.token().accountSid().toString())
                            .put("instance_sids", ofProduct(service.toString()))
                            .put("identity", identity));
        }
        return reply;
    }

    private static JsonObject ofProduct(Object value) {
        return new JsonObject().put(PRODUCT, value);
    }

    private JsonObject continuationStatus() {
        JsonObject status = new JsonObject().put("reissued", reissued);
        if (reissued && shown(init) == null) {
            status.put("reissue_reason", "MISSING").put("reissue_message", "Continuation token is not provided");
        } else if (reissued) {
            status.put("reissue_reason", "DIFFERENT_IDENTITY")
                    .put("reissue_message", "Continuation token is not one of this identity");
        }
        return status;
    }
}
