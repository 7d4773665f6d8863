import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sockets that acknowledge what they are told, and one publisher: see fanout.sh.
 *
 * <pre>
 * bare PORT                                            a server that hands one shared buffer to every socket
 * load BASE TOKEN STREAM AUTHORIZATION SOCKETS SECONDS  against Lockstep; against the bare one with - for the three
 * </pre>
 */
class FanOut {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int SIZE = 300; // bytes of an event's data
    private static final byte[] ID = "\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final AtomicLong delivered = new AtomicLong();

    public static void main(String[] args) throws Exception {
        if (args[0].equals("bare")) {
            bare(Integer.parseInt(args[1]));
        } else {
            load(URI.create(args[1]), args[2], args[3], args[4], Integer.parseInt(args[5]), Integer.parseInt(args[6]));
        }
    }

    private static void bare(int port) {
        List<ServerWebSocket> sockets = new ArrayList<>();
        byte[] filler = new byte[SIZE + 330]; // as much as Lockstep's packet around it
        Arrays.fill(filler, (byte) 'x');
        Buffer packet = Buffer.buffer("{\"id\":\"TM1\"").appendBytes(filler);
        VERTX.createHttpServer(new HttpServerOptions().setPort(port).setHost("127.0.0.1"))
                .webSocketHandler(socket -> {
                    sockets.add(socket);
                    socket.binaryMessageHandler(acknowledgement -> {});
                    socket.closeHandler(ignored -> sockets.remove(socket));
                })
                .requestHandler(request -> {
                    request.response().setStatusCode(201).end();
                    sockets.forEach(socket -> socket.writeFinalBinaryFrame(packet));
                })
                .listen()
                .onSuccess(ignored -> System.out.println("is ready"));
    }

    private static WebSocketClient client; // held: Vert.x closes the sockets of one that nobody reaches

    private static void load(URI base, String token, String stream, String authorization, int count, int seconds)
            throws Exception {
        client = VERTX.createWebSocketClient(
                new WebSocketClientOptions().setMaxConnections(count + 1).setMaxFrameSize(1 << 20));
        for (int i = 0; i < count; i += 100) {
            List<Future<WebSocket>> opened = new ArrayList<>();
            for (int j = i; j < Math.min(i + 100, count); j++) {
                opened.add(client.connect(base.getPort(), base.getHost(), "/v3/wsconnect")
                        .compose(socket -> follow(socket, token, stream)));
            }
            Future.all(opened).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        System.out.println("ready");
        System.in.read(); // fanout.sh looks at the server now
        String data = "Data=%7B%22text%22%3A%22" + "x".repeat(SIZE - 11) + "%22%7D";
        HttpRequest publish = HttpRequest.newBuilder(
                        base.resolve("/v1/Services/default/Streams/" + stream + "/Messages"))
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(data))
                .build();
        HttpClient http = HttpClient.newHttpClient();
        List<Long> latencies = new ArrayList<>();
        long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        long end = warm + TimeUnit.SECONDS.toNanos(seconds);
        long before = 0;
        for (long sent = 0; System.nanoTime() < end; sent++) {
            if (before == 0 && System.nanoTime() > warm) {
                before = delivered.get();
                latencies.clear();
                System.out.println("warm");
            }
            long from = System.nanoTime();
            if (http.send(publish, BodyHandlers.ofString()).statusCode() != 201) {
                throw new IllegalStateException("not published");
            }
            while (delivered.get() < (sent + 1) * count) {
                if (System.nanoTime() - from > TimeUnit.SECONDS.toNanos(20)) {
                    throw new IllegalStateException("not delivered");
                }
                Thread.sleep(0, 100_000);
            }
            latencies.add(System.nanoTime() - from);
        }
        latencies.sort(null);
        System.out.printf(
                "%d deliveries, %.0f a second, the last of a message after p50 %.1f ms, p99 %.1f ms%n",
                delivered.get() - before,
                (delivered.get() - before) / (double) seconds,
                latencies.get(latencies.size() / 2) / 1e6,
                latencies.get(latencies.size() * 99 / 100) / 1e6);
        System.exit(0);
    }

    /** Logs in and subscribes, where there is something to log in to; then counts and acknowledges. */
    private static Future<WebSocket> follow(WebSocket socket, String token, String stream) {
        if (token.equals("-")) {
            socket.binaryMessageHandler(packet -> receive(socket, packet));
            return Future.succeededFuture(socket);
        }
        Promise<WebSocket> established = Promise.promise();
        socket.binaryMessageHandler(packet -> {
            String text = packet.toString();
            if (text.contains("\"id\":\"TMinit\"")) {
                socket.writeBinaryMessage(subscribe(stream));
            } else if (text.contains("subscription_established")) {
                socket.binaryMessageHandler(next -> receive(socket, next));
                established.complete(socket);
            }
        });
        socket.writeBinaryMessage(packet(new JsonObject().put("method", "init").put("id", "TMinit").put("token", token), ""));
        return established.future();
    }

    private static Buffer subscribe(String stream) {
        JsonObject batch = new JsonObject()
                .put("event_protocol_version", 4)
                .put("action", "establish")
                .put("correlation_id", 1)
                .put("requests", new JsonArray().add(new JsonObject().put("object_sid", stream).put("object_type", "stream")));
        JsonObject request = new JsonObject().put("method", "POST").put("path", "/v4/Subscriptions");
        return packet(
                new JsonObject().put("method", "message").put("id", "TMsubscribe").put("http_request", request),
                batch.encode());
    }

    private static Buffer packet(JsonObject header, String payload) {
        String head = header.put("payload_size", payload.length()).encode();
        return Buffer.buffer("TWILSOCK V3.0 " + head.length() + "\r\n" + head + "\r\n" + payload);
    }

    /** The id is cut out of the bytes: this is the client's work, and is not to be the bottleneck. */
    private static void receive(WebSocket socket, Buffer packet) {
        int at = 0;
        for (int i = 0, matched = 0; i < Math.min(packet.length(), 120) && matched < ID.length; i++) {
            matched = packet.getByte(i) == ID[matched] ? matched + 1 : 0;
            at = i + 1;
        }
        int to = at;
        while (packet.getByte(to) != '"') {
            to++;
        }
        String reply = "{\"method\":\"reply\",\"id\":\"" + packet.getString(at, to)
                + "\",\"status\":{\"code\":200,\"status\":\"OK\"},\"payload_size\":0}";
        socket.writeFinalBinaryFrame(Buffer.buffer("TWILSOCK V3.0 " + reply.length() + "\r\n" + reply + "\r\n"));
        delivered.incrementAndGet();
    }
}
