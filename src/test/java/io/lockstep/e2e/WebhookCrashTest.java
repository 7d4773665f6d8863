package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A receiver that takes a third of what it is sent, refuses a third and leaves a third unanswered, and a server that is
 * killed with its database again and again: every change that was committed is told, in the order of its object.
 */
class WebhookCrashTest {

    /** In full: {@code -Dlockstep.webhook.writes=20000 -Dlockstep.webhook.crashes=10}. */
    private static final int WRITES = Integer.getInteger("lockstep.webhook.writes", 1500);

    private static final int CRASHES = Integer.getInteger("lockstep.webhook.crashes", 2);
    private static final int DOCUMENTS = 500;
    private static final int CLIENTS = 8;
    private static final Duration DELIVERY = Duration.ofMinutes(10);

    private static final long SEED = System.nanoTime();
    private static final Random answers = new Random(SEED); // of one event loop
    private static final AtomicInteger taken = new AtomicInteger();

    private static EventReceiver receiver;
    private static volatile ServerProcess server;
    private static String documents;

    @BeforeAll
    static void start() {
        receiver = new EventReceiver(WebhookCrashTest::answer);
        server = ServerProcess.start(Map.of(
                "LOCKSTEP_DATA_DIR",
                Preparation.usedDataDirectory().toString(),
                "LOCKSTEP_WEBHOOK_BACKOFF",
                "50ms",
                "LOCKSTEP_WEBHOOK_MAX_BACKOFF",
                "500ms",
                "LOCKSTEP_WEBHOOK_LEASE",
                "5s",
                "LOCKSTEP_WEBHOOK_CONNECTIONS_PER_RECEIVER",
                "64",
                "LOCKSTEP_WEBHOOK_BREAKER_FAILURES",
                "1000000"));
        String url = receiver.url("/hook%23rt=100"); // a form's way to write a fragment
        documents = "/v1/Services/"
                + Api.json(api().post("/v1/Services", "WebhooksFromRestEnabled=true&WebhookUrl=" + url))
                        .getString("sid")
                + "/Documents";
    }

    @AfterAll
    static void end() {
        server.close();
        receiver.close();
    }

    private static void answer(HttpServerRequest request) {
        int answer = answers.nextInt(3);
        if (answer == 0) {
            taken.incrementAndGet();
        }
        if (answer < 2) {
            request.response().setStatusCode(answer == 0 ? 200 : 500).end();
        }
    }

    @Test
    @Timeout(1800)
    void everyCommittedChangeIsToldInTheOrderOfItsObjectAndNoneIsInvented() throws Exception {
        AtomicInteger written = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            running.add(clients.submit(() -> write(number, written)));
        }
        for (int crash = 1; crash <= CRASHES; crash++) {
            int enough = WRITES * crash / (CRASHES + 1);
            Poll.until("enough is written", DELIVERY, () -> written.get() >= enough);
            server.killWithDatabase();
            server = server.startAgain();
        }
        for (Future<?> client : running) {
            client.get(DELIVERY.toSeconds(), TimeUnit.SECONDS);
        }
        clients.shutdown();

        Map<String, Long> stored = stored();
        Poll.until(
                "everything is told",
                DELIVERY,
                () -> stored.entrySet().stream()
                        .allMatch(it -> receiver.arrivals()
                                .getOrDefault(it.getKey(), List.of())
                                .contains(it.getValue())));
        stored.forEach((name, last) -> assertThat(
                        receiver.arrivals().get(name).stream().distinct())
                .as("%s, seed %d", name, SEED)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, last).boxed().toList()));
        assertThat(receiver.arrivals().keySet()).isEqualTo(stored.keySet());
        long events = stored.values().stream().mapToLong(last -> last + 1).sum();
        System.out.printf(
                "webhooks: %d writes acknowledged, %d changes committed in %d documents, %d crashes;"
                        + " %d requests, %d taken, %d of them more than once%n",
                written.get(), events, stored.size(), CRASHES, receiver.requests(), taken.get(), taken.get() - events);
    }

    /** Its share of the documents, at random, until all clients together have written enough. */
    private static void write(int client, AtomicInteger written) {
        Random random = new Random(SEED + client);
        int[] own = IntStream.range(0, DOCUMENTS)
                .filter(it -> it % CLIENTS == client)
                .toArray();
        while (written.get() < WRITES) {
            String name = "document-" + own[random.nextInt(own.length)];
            try {
                HttpResponse<String> answer = api().post(documents + "/" + name, "Data={}");
                if (answer.statusCode() == 404) {
                    answer = api().post(documents, "UniqueName=" + name);
                }
                if (answer.statusCode() == 200 || answer.statusCode() == 201) {
                    written.incrementAndGet();
                }
            } catch (UncheckedIOException killed) {
                Thread.onSpinWait(); // it is started again
            }
        }
    }

    /** The last revision of each document. */
    private static Map<String, Long> stored() {
        Map<String, Long> stored = new HashMap<>();
        String next = documents + "?PageSize=100";
        while (next != null) {
            JsonObject page = Api.json(api().get(next));
            page.getJsonArray("documents").stream()
                    .map(JsonObject.class::cast)
                    .forEach(it ->
                            stored.put(it.getString("unique_name"), Long.parseLong(it.getString("revision"), 16)));
            next = page.getJsonObject("meta").getString("next_page_url");
            next = next == null ? null : next.replaceFirst("https?://[^/]*", "");
        }
        return stored;
    }

    private static Api api() {
        return Preparation.firstAccountAt(server.address());
    }
}
