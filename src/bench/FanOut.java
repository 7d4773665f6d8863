import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Sockets that acknowledge what they are told, and one publisher: see fanout.sh and idle.sh.
 *
 * <pre>
 * bare PORT                                     a server that hands one shared buffer to every socket
 * load BASE TOKEN STREAM AUTHORIZATION SOCKETS  against Lockstep; against the bare one with - for the three
 * </pre>
 *
 * <p>When the sockets are open it says so, and then reads lines of a mode, the seconds that it is to run before it says that it
 * is warm, and those that it counts; it answers each by the deliveries that it has counted, the seconds that they took, and
 * how many milliseconds half of them and 99 in a hundred took at most, from when their message was to be published until the
 * client had them. The mode {@code single} publishes the next message when all sockets have the last, {@code burst} eight at
 * once, and {@code paced:N} so many messages that there are N deliveries a second.
 */
class FanOut {

    private static final Vertx VERTX =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)); // as Lockstep does
    private static final int SIZE = 300; // bytes of an event's data
    private static final int BURST = 8;
    private static final int RING = 1 << 16; // messages
    private static final int BUCKET = 100_000; // nanoseconds
    private static final byte[] ID = "\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final AtomicLong delivered = new AtomicLong();
    private static final AtomicLongArray due = new AtomicLongArray(RING); // when the messages were to be published
    private static final AtomicLongArray latencies = new AtomicLongArray(100_000);

    public static void main(String[] args) throws Exception {
        if (args[0].equals("bare")) {
            bare(Integer.parseInt(args[1]));
        } else {
            new FanOut(URI.create(args[1]), args[2], args[3], args[4], Integer.parseInt(args[5])).load();
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

    private final URI base;
    private final String token;
    private final String stream;
    private final int count;
    private final HttpRequest publish;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WebSocketClient client; // held: Vert.x closes the sockets of one that nobody reaches
    private final AtomicInteger failures = new AtomicInteger();
    private long published;

    private FanOut(URI base, String token, String stream, String authorization, int count) {
        this.base = base;
        this.token = token;
        this.stream = stream;
        this.count = count;
        this.client = VERTX.createWebSocketClient(
                new WebSocketClientOptions().setMaxConnections(count + 1).setMaxFrameSize(1 << 20));
        String data = "Data=%7B%22text%22%3A%22" + "x".repeat(SIZE - 11) + "%22%7D";
        this.publish = HttpRequest.newBuilder(base.resolve("/v1/Services/default/Streams/" + stream + "/Messages"))
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(data))
                .build();
    }

    private void load() throws Exception {
        for (int i = 0; i < count; i += 100) {
            List<Future<WebSocket>> opened = new ArrayList<>();
            for (int j = i; j < Math.min(i + 100, count); j++) {
                opened.add(client.connect(base.getPort(), base.getHost(), "/v3/wsconnect").compose(this::follow));
            }
            Future.all(opened).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        System.out.println("ready");
        Scanner commands = new Scanner(System.in);
        while (commands.hasNext()) {
            String mode = commands.next();
            run(mode, commands.nextInt());
            System.out.println("warm");
            for (int i = 0; i < latencies.length(); i++) {
                latencies.set(i, 0);
            }
            long before = delivered.get();
            long from = System.nanoTime();
            run(mode, commands.nextInt());
            double seconds = (System.nanoTime() - from) / 1e9;
            System.out.printf(
                    "%d %.3f %.1f %.1f%n", delivered.get() - before, seconds, percentile(0.5), percentile(0.99));
        }
        System.exit(0);
    }

    private void run(String mode, int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        if (mode.startsWith("paced:")) {
            pace(TimeUnit.SECONDS.toNanos(1) * count / Integer.parseInt(mode.substring(6)), end);
        } else {
            int together = mode.equals("burst") ? BURST : 1;
            while (System.nanoTime() < end) {
                List<CompletableFuture<?>> answers = new ArrayList<>();
                long now = System.nanoTime();
                for (int i = 0; i < together; i++) {
                    answers.add(publish(now));
                }
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
                awaitAll();
            }
        }
        if (failures.get() > 0) {
            throw new IllegalStateException("not published");
        }
    }

    private void pace(long interval, long end) {
        long next = System.nanoTime();
        while (next < end) {
            for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            publish(next);
            next += interval;
        }
        awaitAll();
    }

    private CompletableFuture<?> publish(long dueAt) {
        due.set((int) (published++ % RING), dueAt);
        return http.sendAsync(publish, BodyHandlers.ofString()).whenComplete(this::check);
    }

    private void check(HttpResponse<String> answer, Throwable failure) {
        if (failure != null || answer.statusCode() != 201) {
            failures.incrementAndGet();
        }
    }

    private void awaitAll() {
        long from = System.nanoTime();
        while (delivered.get() < published * count) {
            if (System.nanoTime() - from > TimeUnit.SECONDS.toNanos(20)) {
                throw new IllegalStateException("not delivered");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private static double percentile(double part) {
        long all = 0;
        for (int i = 0; i < latencies.length(); i++) {
            all += latencies.get(i);
        }
        long seen = 0;
        for (int i = 0; i < latencies.length(); i++) {
            seen += latencies.get(i);
            if (seen >= all * part) {
                return (i + 1) * (BUCKET / 1e6);
            }
        }
        return Double.NaN;
    }

    /** Logs in and subscribes, where there is something to log in to; then counts and acknowledges. */
    private Future<WebSocket> follow(WebSocket socket) {
        Receiver receiver = new Receiver(socket);
        if (token.equals("-")) {
            socket.binaryMessageHandler(receiver::receive);
            return Future.succeededFuture(socket);
        }
        Promise<WebSocket> established = Promise.promise();
        socket.binaryMessageHandler(packet -> {
            String text = packet.toString();
            if (text.contains("\"id\":\"TMinit\"")) {
                socket.writeBinaryMessage(subscribe(stream));
            } else if (text.contains("subscription_established")) {
                receiver.acknowledge(packet);
                socket.binaryMessageHandler(receiver::receive);
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

    /** The other end of one socket: this is the client's work, and is not to be the bottleneck. */
    private static final class Receiver {

        private final WebSocket socket;
        private long received;

        Receiver(WebSocket socket) {
            this.socket = socket;
        }

        /** Messages come in the order in which they were published. */
        void receive(Buffer packet) {
            if (packet.length() < SIZE) { // a ping
                acknowledge(packet);
                return;
            }
            long nanos = System.nanoTime() - due.get((int) (received++ % RING));
            latencies.incrementAndGet((int) Math.min(latencies.length() - 1, nanos / BUCKET));
            acknowledge(packet);
            delivered.incrementAndGet();
        }

        /** The id is cut out of the bytes. */
        void acknowledge(Buffer packet) {
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
        }
    }
}
