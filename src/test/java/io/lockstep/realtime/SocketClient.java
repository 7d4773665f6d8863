package io.lockstep.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client that says on the wire what a test wants, and shows all that comes back in its order. */
final class SocketClient implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PATIENCE = 10; // seconds

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final List<Received> passed = new ArrayList<>(); // which was not what a test has waited for
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private volatile boolean reading = true;
    private WebSocket socket;
    JsonObject welcome; // the answer to a test's init, where it keeps it

    private SocketClient() {}

    /** Connected, and nothing more. */
    static SocketClient open(TestServer server) {
        SocketClient client = new SocketClient();
        client.socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/v3/wsconnect"), client)
                .join();
        return client;
    }

    /** Connected and let in. */
    static SocketClient open(TestServer server, String token) {
        SocketClient client = open(server);
        client.init(token, null);
        return client;
    }

    /** Returns the header of the reply. */
    JsonObject init(String token, String continuationToken, String... capabilities) {
        String id = send(new JsonObject()
                .put("method", "init")
                .put("token", token)
                .put("continuation_token", continuationToken)
                .put("capabilities", new JsonArray(List.of(capabilities))));
        return reply(id).header();
    }

    /** Sends a packet, and returns the id that it was given. */
    String send(JsonObject header, String payload) {
        String id = "TM" + UUID.randomUUID();
        raw(Packet.encode(header.copy().put("id", id), Buffer.buffer(payload)));
        return id;
    }

    String send(JsonObject header) {
        return send(header, "");
    }

    void raw(Buffer bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes.getBytes()), true).join();
    }

    void text(String text) {
        socket.sendText(text, true).join();
    }

    /** A request whose answer may be late. */
    String request(String method, String path, JsonObject more, String body) {
        JsonObject request = new JsonObject()
                .put("host", "anywhere.example.org")
                .put("method", method)
                .put("path", path)
                .mergeIn(more);
        return send(
                new JsonObject()
                        .put("method", "message")
                        .put("active_grant", "data_sync")
                        .put("http_request", request),
                body);
    }

    Received http(String method, String path, JsonObject more, String body) {
        return reply(request(method, path, more, body));
    }

    Received http(String method, String path, String body) {
        return http(method, path, new JsonObject(), body);
    }

    Received http(String method, String path) {
        return http(method, path, "");
    }

    /** An answer that is to be a success, as JSON. */
    JsonObject ok(String method, String path, String body) {
        Received answer = http(method, path, body);
        if (answer.status() / 100 != 2) {
            throw new AssertionError(method + " " + path + ": " + answer);
        }
        return answer.json();
    }

    /** The answer to a packet; what comes before it is left in its place. */
    Received reply(String id) {
        return next(
                it -> it.method().equals("reply") && it.header().getString("id").equals(id));
    }

    /** A batch of one subscription; the answer is the HTTP reply. */
    Received subscribe(int version, long correlationId, String sid, String type, Long lastEventId) {
        return http("POST", "/v4/Subscriptions", batch("establish", version, correlationId, sid, type, lastEventId));
    }

    static String batch(String action, int version, long correlationId, String sid, String type, Long lastEventId) {
        return new JsonObject()
                .put("event_protocol_version", version)
                .put("action", action)
                .put("correlation_id", correlationId)
                .put("retried_requests", 0)
                .put("ttl_in_s", -1)
                .put(
                        "requests",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("object_sid", sid)
                                        .put("object_type", type)
                                        .put("last_event_id", lastEventId)))
                .encode();
    }

    /** The next notification of one kind, acknowledged. */
    Received event(String type) {
        Received event = next(it -> it.method().equals("notification")
                && it.json().getString("event_type").equals(type));
        acknowledge(event);
        return event;
    }

    void acknowledge(Received packet) {
        raw(Packet.encode(new JsonObject()
                .put("method", "reply")
                .put("id", packet.header().getString("id"))
                .put("status", new JsonObject().put("code", 200).put("status", "OK"))));
    }

    /** The next packet, whatever it is. */
    Received next() {
        return next(it -> true);
    }

    /** The first that fits; what came before it stays, in its order. */
    Received next(Predicate<Received> fits) {
        for (Received packet : passed) {
            if (fits.test(packet)) {
                passed.remove(packet);
                return packet;
            }
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        try {
            while (true) {
                Received packet = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (packet == null) {
                    throw new AssertionError("nothing like that has come, but " + passed);
                }
                if (fits.test(packet)) {
                    return packet;
                }
                passed.add(packet);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** All that has come and was not asked for. */
    List<Received> rest() {
        List<Received> rest = new ArrayList<>(passed);
        rest.addAll(received);
        return rest;
    }

    /** The code that the server closes with. */
    int closeCode() {
        try {
            return closed.get(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the socket is open", e);
        }
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            received.add(new Received(Packet.decode(Buffer.buffer(message.toByteArray()))));
            message.reset();
        }
        if (reading) {
            webSocket.request(1);
        }
        return null;
    }

    /** Takes nothing more from the socket. */
    void stopReading() {
        reading = false;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** A token as customers' backends mint them. */
    static String token(Issued account, Issued key, String identity, String service, long seconds) {
        Instant now = Instant.now();
        JsonObject claims = new JsonObject()
                .put("jti", key.sid() + "-" + now.getEpochSecond())
                .put("iss", key.sid().toString())
                .put("sub", account.sid().toString())
                .put("exp", now.getEpochSecond() + seconds)
                .put(
                        "grants",
                        new JsonObject()
                                .put("identity", identity)
                                .put("data_sync", new JsonObject().put("service_sid", service)));
        String signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"cty\":\"twilio-fpa;v=1\"}") + "."
                + encode(claims.encode());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.secret().getBytes(UTF_8), "HmacSHA256"));
            return signed + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    /** A packet that the server has sent. */
    record Received(Packet packet) {

        String method() {
            return packet.method();
        }

        JsonObject header() {
            return packet.header();
        }

        JsonObject json() {
            return new JsonObject(packet.payload());
        }

        /** Of an HTTP answer. */
        int status() {
            return header().getJsonObject("http_status").getInteger("code");
        }

        /** Of an HTTP answer that is a failure. */
        int code() {
            return json().getInteger("code");
        }

        /** Of a notification about one thing. */
        JsonObject event() {
            return json().getJsonObject("event");
        }

        @Override
        public String toString() {
            return header() + " " + packet.payload();
        }
    }
}
