package io.lockstep.e2e;

import com.twilio.jwt.accesstoken.AccessToken;
import com.twilio.jwt.accesstoken.SyncGrant;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A client that does nothing but to be there: it shows its token, and keeps what it is given to show the next time. */
final class Device {

    private final Vertx vertx;
    private final WebSocketClient sockets;
    private final String identity;
    private final String token;
    private String continuation;
    private WebSocket socket; // while it is let in
    private boolean connecting;
    private int connects;

    Device(Vertx vertx, WebSocketClient sockets, String service, String identity) {
        this.vertx = vertx;
        this.sockets = sockets;
        this.identity = identity;
        this.token = new AccessToken.Builder(
                        Bootstrap.ACCOUNT, Bootstrap.KEY, Bootstrap.KEY_SECRET.getBytes(StandardCharsets.UTF_8))
                .identity(identity)
                .grant(new SyncGrant().setServiceSid(service))
                .ttl(3600)
                .build()
                .toJwt();
    }

    String identity() {
        return identity;
    }

    /** What webhooks call it; null before it was let in for the first time. */
    String endpointId() {
        return continuation == null ? null : continuation.substring(0, continuation.indexOf('.'));
    }

    boolean isConnected() {
        return socket != null;
    }

    boolean isIdle() {
        return socket == null && !connecting;
    }

    /** How often it was let in. */
    int connects() {
        return connects;
    }

    /** Done when it has been let in; the server forgets it again when the socket closes. */
    Future<Void> connect(URI node) {
        connecting = true;
        Promise<Void> welcome = Promise.promise();
        sockets.connect(node.getPort(), node.getHost(), "/v3/wsconnect")
                .onSuccess(it -> opened(it, welcome))
                .onFailure(welcome::tryFail);
        return welcome.future().onComplete(done -> connecting = false);
    }

    private void opened(WebSocket opened, Promise<Void> welcome) {
        opened.binaryMessageHandler(message -> {
            JsonObject header = header(message);
            if (header.getString("method").equals("ping")) {
                return;
            }
            if (header.getJsonObject("status").getInteger("code") == 200) {
                continuation = header.getString("continuation_token");
                socket = opened;
                connects++;
                welcome.tryComplete();
            } else {
                opened.close();
                welcome.tryFail(header.encode());
            }
        });
        opened.exceptionHandler(ignored -> opened.close());
        opened.closeHandler(ignored -> {
            welcome.tryFail("closed");
            if (socket == opened) {
                socket = null;
            }
        });
        opened.writeFinalBinaryFrame(init());
    }

    private Buffer init() {
        String header = new JsonObject()
                .put("method", "init")
                .put("id", "TM" + UUID.randomUUID())
                .put("token", token)
                .put("continuation_token", continuation)
                .put("capabilities", new JsonArray())
                .encode();
        return Buffer.buffer("TWILSOCK V3.0 " + header.length() + "\r\n" + header + "\r\n");
    }

    private static JsonObject header(Buffer message) {
        String text = message.toString();
        int start = text.indexOf("\r\n") + 2;
        return new JsonObject(text.substring(start, text.indexOf("\r\n", start)));
    }

    /** Closes its socket, or loses it without a word. */
    void leave(boolean politely) {
        WebSocket left = socket;
        socket = null;
        if (left != null && politely) {
            left.close();
        } else if (left != null) {
            left.shutdown(0, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    void after(long millis, Runnable task) {
        vertx.setTimer(millis, timer -> task.run());
    }
}
