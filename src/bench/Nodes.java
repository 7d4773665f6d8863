import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;

/**
 * Writes to one node, and sockets at each: see nodes.sh. A NODE is PROCESS,REST,MANAGEMENT, the latter two addresses.
 *
 * <pre>
 * load TOKEN AUTHORIZATION HERTZ SECONDS ROUNDS ALONE A B   tables of what changes cost, and of how soon they come
 * follow TOKEN REST PREFIX OBJECTS                          the documents of a prefix and a number, until a line comes
 * </pre>
 */
class Nodes {

    private static final Vertx VERTX = Vertx.vertx();
    // not in a variable: a client that is collected closes its sockets
    private static final WebSocketClient CLIENT = VERTX.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(1000).setMaxFrameSize(1 << 20));
    private static final Vertx WRITER = Vertx.vertx(); // with a thread of its own
    private static final Context WRITING = WRITER.getOrCreateContext();
    private static final int[] RATES = {100, 1000}; // changes a second
    private static final int DOCUMENTS = 200;
    private static final int SOCKETS = 4; // at a node, each with its share of the documents
    private static final int SIZE = 300; // bytes of a document's data
    private static final int WARM_UP = 8; // seconds at 1,000, twice
    private static final int MOST = 2000; // subscriptions of a socket
    private static final int BATCH = 1000; // of them in a request
    private static final int PATIENCE = 20; // seconds
    private static final String SENT = "\"sent\":";

    public static void main(String[] args) throws Exception {
        try {
            if (args[0].equals("load")) {
                load(args);
            } else {
                follow(args[1], URI.create(args[2]), args[3], Integer.parseInt(args[4]));
            }
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void load(String[] args) throws Exception {
        int hertz = Integer.parseInt(args[3]);
        int seconds = Integer.parseInt(args[4]);
        int rounds = Integer.parseInt(args[5]);
        List<Node> nodes = Arrays.stream(args).skip(6).map(Node::of).toList();
        int most = RATES[1] * (2 * WARM_UP + rounds * seconds) + RATES[0] * rounds * seconds;
        Group alone = new Group(nodes.subList(0, 1), args[1], args[2], most);
        Group both = new Group(nodes.subList(1, 3), args[1], args[2], most);
        for (int i = 0; i < 2; i++) { // at first a JVM compiles
            alone.run(RATES[1], WARM_UP);
            both.run(RATES[1], WARM_UP);
        }
        List<Long> before = ticks(nodes);
        Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
        List<Long> idle = minus(ticks(nodes), before);
        List<List<Run>> runs = IntStream.range(0, 4).<List<Run>>mapToObj(i -> new ArrayList<>()).toList();
        for (int round = 0; round < rounds; round++) {
            for (int rate = 0; rate < RATES.length; rate++) {
                runs.get(2 * rate).add(alone.run(RATES[rate], seconds));
                runs.get(2 * rate + 1).add(both.run(RATES[rate], seconds));
            }
        }
        System.out.println("| changes/s | ms from when a write was due | p50 | p99 |\n|---|---|---|---|");
        for (int rate = 0; rate < RATES.length; rate++) {
            latencies(RATES[rate], alone, runs.get(2 * rate), both, runs.get(2 * rate + 1));
        }
        System.out.print("\n| changes/s | messages a change | bytes a change | JVM CPU µs a change: one node | A ");
        System.out.println("| B | both / one |\n|---|---|---|---|---|---|---|");
        for (int rate = 0; rate < RATES.length; rate++) {
            costs(RATES[rate], hertz, runs.get(2 * rate), runs.get(2 * rate + 1));
        }
        Object[] shares = idle.stream().map(ticks -> ticks * 1000.0 / hertz / seconds).toArray();
        System.out.printf("%nIdle, ms of CPU a second: one node %.0f, A %.0f, B %.0f%n", shares);
    }

    private static void latencies(int rate, Group alone, List<Run> ones, Group both, List<Run> boths) {
        row(rate, "one node: answer", alone.sorted(ones, (it, n) -> it.answered[n] - it.due[n]));
        row(rate, "one node: socket", alone.sorted(ones, (it, n) -> it.arrivals.get(0)[n] - it.due[n]));
        row(rate, "two nodes: answer of A", both.sorted(boths, (it, n) -> it.answered[n] - it.due[n]));
        long[] here = both.sorted(boths, (it, n) -> it.arrivals.get(0)[n] - it.due[n]);
        long[] there = both.sorted(boths, (it, n) -> it.arrivals.get(1)[n] - it.due[n]);
        row(rate, "two nodes: socket at A", here);
        row(rate, "two nodes: socket at B", there);
        row(rate, "B after the answer", both.sorted(boths, (it, n) -> it.arrivals.get(1)[n] - it.answered[n]));
        row(rate, "B after A", both.sorted(boths, (it, n) -> it.arrivals.get(1)[n] - it.arrivals.get(0)[n]));
        double half = at(there, 0.5) / (double) at(here, 0.5);
        double slow = at(there, 0.99) / (double) at(here, 0.99);
        System.out.printf("| %d | B / A | %.2f | %.2f |%n", rate, half, slow);
    }

    private static void row(int rate, String what, long[] sorted) {
        System.out.printf("| %d | %s | %.2f | %.2f |%n", rate, what, at(sorted, 0.5) / 1e6, at(sorted, 0.99) / 1e6);
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)];
    }

    private static void costs(int rate, int hertz, List<Run> ones, List<Run> boths) {
        double one = cpu(ones, 0, hertz);
        double a = cpu(boths, 0, hertz);
        double b = cpu(boths, 1, hertz);
        long changes = boths.stream().mapToLong(Run::count).sum();
        List<Long> bus = IntStream.range(0, 4)
                .mapToObj(i -> boths.stream().mapToLong(run -> run.bus.get(i)).sum())
                .toList();
        System.out.printf(
                "| %d | %.2f | %.0f | %.0f | %.0f | %.0f | %.2f |%n",
                rate, 1.0 * bus.get(0) / changes, 1.0 * bus.get(2) / changes, one, a, b, (a + b) / one);
        int together = boths.stream().mapToInt(Run::together).sum();
        if (bus.get(1) != changes || bus.get(3) != 0 || together != 0) {
            System.out.printf("Overload: %d changes of %d were sent, ", bus.get(1), changes);
            System.out.printf("%d times missed some, %d events came only in a later one%n", bus.get(3), together);
        }
    }

    /** Microseconds of a change. */
    private static double cpu(List<Run> runs, int node, int hertz) {
        long ticks = runs.stream().mapToLong(run -> run.ticks.get(node)).sum();
        return ticks * 1e6 / hertz / runs.stream().mapToLong(Run::count).sum();
    }

    /** User and system time of processes. */
    private static List<Long> ticks(List<Node> nodes) throws IOException {
        List<Long> ticks = new ArrayList<>();
        for (Node node : nodes) {
            String stat = Files.readString(Path.of("/proc", node.process, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks.add(Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
        }
        return ticks;
    }

    private static List<Long> minus(List<Long> one, List<Long> other) {
        return IntStream.range(0, one.size()).mapToObj(i -> one.get(i) - other.get(i)).toList();
    }

    /** One batch after another, for a node has only so many reads wait. */
    private static void follow(String token, URI rest, String prefix, int count) throws Exception {
        for (int i = 0; i < count; i += MOST) {
            Socket socket = Socket.open(rest, token, packet -> {});
            for (int j = i; j < Math.min(i + MOST, count); j += BATCH) {
                socket.follow(IntStream.range(j, Math.min(j + BATCH, count))
                        .mapToObj(n -> "ET" + prefix + String.format("%012x", n + 1))
                        .toList());
            }
        }
        System.out.println("ready");
        System.in.read();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE, TimeUnit.SECONDS);
    }

    private record Node(String process, URI rest, URI management) {

        static Node of(String argument) {
            String[] parts = argument.split(",");
            return new Node(parts[0], URI.create(parts[1]), URI.create(parts[2]));
        }

        /** A number of its metrics. */
        long metric(String name) throws IOException {
            byte[] body = management.resolve("/metrics").toURL().openStream().readAllBytes();
            return new String(body, StandardCharsets.UTF_8).lines()
                    .filter(line -> line.startsWith("lockstep_cluster_" + name + " "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }
    }

    /**
     * Some writes.
     *
     * @param together how many events a later one stood for
     * @param ticks of each node meanwhile
     * @param bus messages, changes and bytes that the first node has sent, and how often the last has missed some
     */
    private record Run(int from, int count, int together, List<Long> ticks, List<Long> bus) {}

    /** Nodes with one database. Documents are written at the first, and followed at each. */
    private static final class Group {

        final List<Node> nodes;
        final long[] due;
        final long[] answered;
        final List<long[]> arrivals;
        private final HttpClient http =
                WRITER.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(64));
        private final String authorization;
        private final List<String> documents = new ArrayList<>();
        private final AtomicInteger outstanding = new AtomicInteger(); // answers and events
        private final AtomicInteger together = new AtomicInteger(); // events that a later one stood for
        private int written;

        Group(List<Node> nodes, String token, String authorization, int most) throws Exception {
            this.nodes = nodes;
            this.authorization = authorization;
            due = new long[most];
            answered = new long[most];
            arrivals = nodes.stream().map(node -> new long[most]).toList();
            for (int i = 0; i < DOCUMENTS; i++) {
                documents.add(await(post("Documents", "")).getString("sid"));
            }
                int share = DOCUMENTS / SOCKETS;
            for (int node = 0; node < nodes.size(); node++) {
                long[] arrived = arrivals.get(node);
                for (int i = 0; i < SOCKETS; i++) {
                    Socket.open(nodes.get(node).rest, token, packet -> arrived(arrived, packet))
                            .follow(documents.subList(i * share, (i + 1) * share));
                }
            }
        }

        /** Sends by schedule, whether the answers come or not, and waits for what is told in the end. */
        Run run(int rate, int seconds) throws Exception {
            int from = written;
            int count = rate * seconds;
            outstanding.addAndGet(count * (1 + nodes.size()));
            together.set(0);
            List<Long> bus = bus();
            List<Long> ticks = ticks(nodes);
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                due[from + i] = begin + TimeUnit.SECONDS.toNanos(i) / rate;
                while (System.nanoTime() < due[from + i]) {
                    LockSupport.parkNanos(due[from + i] - System.nanoTime());
                }
                write(from + i);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
            for (; outstanding.get() > 0; Thread.sleep(1)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(outstanding + " answers and events have not come");
                }
            }
            written += count;
            ticks = minus(ticks(nodes), ticks);
            return new Run(from, count, together.get(), ticks, minus(bus(), bus));
        }

        private List<Long> bus() throws IOException {
            Node first = nodes.get(0);
            return List.of(
                    first.metric("sent_messages_total"),
                    first.metric("sent_changes_total"),
                    first.metric("sent_bytes_total"),
                    nodes.get(nodes.size() - 1).metric("missed_total"));
        }

        private void write(int number) {
            String begin = "{" + SENT + number + ",\"text\":\"";
            String data = begin + "x".repeat(SIZE - begin.length() - 2) + "\"}";
            String form = "Data=" + URLEncoder.encode(data, StandardCharsets.UTF_8);
            post("Documents/" + documents.get(number % DOCUMENTS), form)
                    .onSuccess(answer -> {
                        answered[number] = System.nanoTime();
                        outstanding.decrementAndGet();
                    })
                    .onFailure(Throwable::printStackTrace);
        }

        /** In overload several changes of a document may be told by the last of them. */
        private void arrived(long[] arrived, String packet) {
            int at = packet.indexOf(SENT) + SENT.length();
            if (at < SENT.length()) {
                return; // no change
            }
            int number = Integer.parseInt(packet, at, packet.indexOf(',', at), 10);
            long now = System.nanoTime();
            for (int known = number; known >= 0 && arrived[known] == 0; known -= DOCUMENTS) {
                arrived[known] = now;
                outstanding.decrementAndGet();
                together.addAndGet(known < number ? 1 : 0);
            }
        }

        private Future<JsonObject> post(String path, String form) {
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setAbsoluteURI(nodes.get(0).rest.resolve("/v1/Services/default/" + path).toString())
                    .putHeader("Authorization", authorization)
                    .putHeader("Content-Type", "application/x-www-form-urlencoded");
            Promise<JsonObject> answer = Promise.promise();
            WRITING.runOnContext(ignored -> http.request(options)
                    .compose(request -> request.send(Buffer.buffer(form)))
                    .compose(response -> response.body().map(body -> {
                        if (response.statusCode() > 299) {
                            throw new IllegalStateException(response.statusCode() + " " + body);
                        }
                        return body.toJsonObject();
                    }))
                    .onComplete(answer));
            return answer.future();
        }

        long[] sorted(List<Run> runs, ToLongBiFunction<Group, Integer> measure) {
            return runs.stream()
                    .flatMapToInt(run -> IntStream.range(run.from, run.from + run.count))
                    .mapToLong(number -> measure.applyAsLong(this, number))
                    .sorted()
                    .toArray();
        }
    }

    /** One that is let in, and acknowledges what it is told. */
    private static final class Socket {

        private final WebSocket socket;
        private final Consumer<String> told;
        private Promise<Void> done = Promise.promise();
        private int expected;

        private Socket(WebSocket socket, Consumer<String> told) {
            this.socket = socket;
            this.told = told;
        }

        static Socket open(URI rest, String token, Consumer<String> told) throws Exception {
            return await(CLIENT.connect(rest.getPort(), rest.getHost(), "/v3/wsconnect").compose(connected -> {
                Socket socket = new Socket(connected, told);
                connected.closeHandler(ignored -> System.err.println("a socket was closed"));
                connected.binaryMessageHandler(packet -> socket.receive(packet.toString()));
                connected.writeBinaryMessage(
                        packet(new JsonObject().put("method", "init").put("id", "TMinit").put("token", token), ""));
                return socket.done.future().map(socket);
            }));
        }

        /** Returns when all are followed. */
        void follow(List<String> documents) throws Exception {
            JsonArray requests = new JsonArray();
            JsonObject each = new JsonObject().put("object_type", "document");
            documents.forEach(sid -> requests.add(each.copy().put("object_sid", sid)));
            JsonObject batch = new JsonObject().put("action", "establish").put("requests", requests);
            batch.put("event_protocol_version", 4).put("correlation_id", 1);
            JsonObject request = new JsonObject().put("method", "POST").put("path", "/v4/Subscriptions");
            done = Promise.promise();
            expected = documents.size();
            socket.writeBinaryMessage(packet(
                    new JsonObject().put("method", "message").put("id", "TMfollow").put("http_request", request),
                    batch.encode()));
            await(done.future());
        }

        private void receive(String packet) {
            int id = packet.indexOf("\"id\":\"") + 6;
            if (packet.startsWith("TMinit", id)) {
                done.complete();
            } else if (!packet.contains("\"method\":\"reply\"")) {
                told.accept(packet);
                JsonObject reply = new JsonObject().put("method", "reply");
                reply.put("id", packet.substring(id, packet.indexOf('"', id)));
                reply.put("status", new JsonObject().put("code", 200).put("status", "OK"));
                socket.writeBinaryMessage(packet(reply, ""));
                if (packet.contains("subscription_established") && --expected == 0) {
                    done.complete();
                }
            }
        }

        private static Buffer packet(JsonObject header, String payload) {
            String head = header.put("payload_size", payload.length()).encode();
            return Buffer.buffer("TWILSOCK V3.0 " + head.length() + "\r\n" + head + "\r\n" + payload);
        }
    }
}
