import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Updates documents of some Services, each of which has a webhook receiver here, and waits until all webhooks have come.
 * Says when all is ready, waits for a line to begin, and prints how many there were, how many came in a second, and how long
 * after the write was sent they came (in ms: half of them, 99 of 100).
 *
 * <p>Arguments: the REST API's address, SID:token, writes a second (0: as many as go with 64 connections), seconds, Services,
 * how many of their receivers never answer (the first; they are not counted), and what webhooks there are: none, those that wait
 * (for nobody sends them), or those that are sent.
 */
public final class WebhookLoad {

    private static final int CONNECTIONS = 64;
    private static final int DOCUMENTS = 1000;
    private static final Pattern SENT = Pattern.compile("%22sent%22%3A(\\d+)");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient client =
            vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    private final URI base;
    private final String authorization;
    private final List<String> documents = new ArrayList<>();
    private final List<Boolean> counted = new ArrayList<>();
    private final long[] latencies = new long[10_000_000];
    private int received;
    private int expected;
    private int written;
    private long lastArrival;

    private WebhookLoad(String base, String user) {
        this.base = URI.create(base);
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) {
        try {
            run(args);
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String[] args) throws Exception {
        WebhookLoad load = new WebhookLoad(args[0], args[1]);
        load.prepare(Integer.parseInt(args[4]), Integer.parseInt(args[5]), !args[6].equals("none"));
        System.out.println("ready");
        System.in.read(); // so that nobody counts the preparation
        load.run(Integer.parseInt(args[2]), Integer.parseInt(args[3]), args[6].equals("sent"));
    }

    private void prepare(int services, int hanging, boolean webhooks) throws Exception {
        for (int i = 0; i < services; i++) {
            boolean hangs = i < hanging;
            int port = await(vertx.createHttpServer()
                            .requestHandler(request -> receive(request, hangs))
                            .listen(0, "127.0.0.1"))
                    .actualPort();
            String url = webhooks ? "http://127.0.0.1:" + port + "/" : "";
            String sid = await(post("/Services", "WebhooksFromRestEnabled=false&WebhookUrl=" + encode(url)))
                    .getString("sid");
            for (int n = 0; n < DOCUMENTS / services; n++) {
                documents.add("/Services/" + sid + "/Documents/"
                        + await(post("/Services/" + sid + "/Documents", "")).getString("sid"));
                counted.add(!hangs);
            }
            await(post("/Services/" + sid, "WebhooksFromRestEnabled=true"));
        }
    }

    private void run(int rate, int seconds, boolean sent) throws Exception {
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        Future<?> all;
        if (rate == 0) {
            List<Future<?>> loops = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                Promise<Void> done = Promise.promise();
                loop(i, end, done);
                loops.add(done.future());
            }
            all = Future.all(loops);
        } else {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < rate * seconds; i++) {
                long due = begin + i * TimeUnit.SECONDS.toNanos(1) / rate;
                while (System.nanoTime() < due) {
                    Thread.sleep(1);
                }
                writes.add(write(i));
            }
            all = Future.all(writes);
        }
        all.await(5, TimeUnit.MINUTES);
        double writing = (System.nanoTime() - begin) / 1e9;
        while (sent && received < expected) {
            Thread.sleep(20);
        }
        long[] sorted = Arrays.copyOf(latencies, received);
        Arrays.sort(sorted);
        System.out.printf(
                "%d writes, %.0f a second; %d webhooks, %.0f a second; %.1f ms, %.1f ms%n",
                written,
                written / writing,
                received,
                received == 0 ? 0 : received / ((lastArrival - begin) / 1e9),
                received == 0 ? 0 : sorted[received / 2] / 1e6,
                received == 0 ? 0 : sorted[(int) (received * 0.99)] / 1e6);
    }

    private void loop(int number, long end, Promise<Void> done) {
        if (System.nanoTime() > end) {
            done.complete();
        } else {
            write(number).onSuccess(ignored -> loop(number + CONNECTIONS, end, done)).onFailure(done::fail);
        }
    }

    private Future<?> write(int number) {
        int document = number % documents.size();
        return post(documents.get(document), "Data=" + encode("{\"sent\":" + System.nanoTime() + "}"))
                .onSuccess(done -> count(document));
    }

    private synchronized void count(int document) {
        written++;
        expected += counted.get(document) ? 1 : 0;
    }

    private void receive(HttpServerRequest request, boolean hangs) {
        request.body().onSuccess(body -> {
            if (!hangs) {
                request.response().end();
                Matcher sent = SENT.matcher(body.toString());
                if (sent.find()) {
                    arrived(System.nanoTime() - Long.parseLong(sent.group(1)));
                }
            }
        });
    }

    private synchronized void arrived(long latency) {
        latencies[received++] = latency;
        lastArrival = System.nanoTime();
    }

    private Future<JsonObject> post(String path, String form) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(base.getHost())
                .setPort(base.getPort())
                .setURI(base.getPath() + path)
                .putHeader("Authorization", authorization)
                .putHeader("Content-Type", "application/x-www-form-urlencoded");
        Promise<JsonObject> answer = Promise.promise();
        context.runOnContext(ignored -> client.request(options) // on its own thread, so that nothing comes too early
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

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(1, TimeUnit.MINUTES);
    }
}
