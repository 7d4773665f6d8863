package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Clients that go on whatever they are answered: some update a document each, and read it again after each attempt, others
 * append to one list. They know what must be stored, and accept no other failure than being told to come back later, or
 * a connection that ends.
 */
final class WriteLoad implements AutoCloseable {

    private static final int NO_ANSWER = 0;

    private final Api api;
    private final ListLoad list;
    private final List<Document> documents;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    WriteLoad(Api api, String service, int writers) {
        this.api = api;
        this.list = new ListLoad(service, api);
        String path = "/v1/Services/" + service + "/Documents";
        this.documents = IntStream.range(0, writers)
                .mapToObj(i -> new Document(path, "document-" + i))
                .toList();
    }

    void start() {
        documents.forEach(document -> running.add(clients.submit(document::run)));
        for (int i = 0; i < 2; i++) {
            running.add(clients.submit(() -> list.runUntil(over, api)));
        }
    }

    /** Polls, and fails as one of the clients has failed. */
    void await(String what, Duration limit, Callable<Boolean> condition) {
        Poll.until(what, limit, () -> {
            for (Future<?> client : running) {
                if (client.isDone()) {
                    client.get();
                }
            }
            return condition.call();
        });
    }

    /** Ends all clients; fails as one of them has failed. */
    void stop() throws Exception {
        over.set(true);
        for (Future<?> client : running) {
            client.get(60, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        over.set(true);
        clients.shutdownNow();
    }

    /** How many updates were answered so. */
    int updates(int status) {
        return counts.getOrDefault("update " + status, new AtomicInteger()).get();
    }

    /** How many items were appended, as far as the clients know. */
    int appended() {
        return list.acknowledged().size();
    }

    /** Everything that was acknowledged is stored, and nothing that was not sent. Returns the last revisions, by name. */
    Map<String, Long> check() {
        list.check(api);
        Map<String, Long> revisions = new HashMap<>();
        documents.forEach(document -> revisions.put(document.name, document.check()));
        return revisions;
    }

    /** For people. */
    @Override
    public String toString() {
        return new TreeMap<>(counts) + " (0: no answer), items " + appended();
    }

    private void count(String what, int status) {
        counts.computeIfAbsent(what + " " + status, any -> new AtomicInteger()).incrementAndGet();
    }

    private final class Document {

        private final String documents;
        private final String name;
        private long revision;
        private int acknowledged;
        private int unanswered;

        Document(String documents, String name) {
            this.documents = documents;
            this.name = name;
            assertThat(api.post(documents, "UniqueName=" + name).statusCode()).isEqualTo(201);
        }

        void run() {
            while (!over.get()) {
                update();
                read();
            }
        }

        private void update() {
            try {
                HttpResponse<String> answer = api.post(documents + "/" + name, "Data={\"after\":" + revision + "}");
                count("update", answer.statusCode());
                if (served(answer)) {
                    acknowledged++;
                    assertThat(revision(answer)).isGreaterThan(revision);
                    revision = revision(answer);
                }
            } catch (UncheckedIOException cutOff) {
                count("update", NO_ANSWER);
                unanswered++;
            }
        }

        /** Nobody may see what was before a write that was acknowledged. */
        private void read() {
            HttpResponse<String> answer = api.get(documents + "/" + name);
            count("read", answer.statusCode());
            if (served(answer)) {
                assertThat(revision(answer)).isGreaterThanOrEqualTo(revision);
            }
        }

        private boolean served(HttpResponse<String> answer) {
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503);
            if (answer.statusCode() == 503) {
                assertThat(Api.code(answer)).isEqualTo(20503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            }
            return answer.statusCode() == 200;
        }

        long check() {
            JsonObject stored = Api.json(api.get(documents + "/" + name));
            long last = Long.parseLong(stored.getString("revision"), 16);
            assertThat(last).as(name).isBetween((long) acknowledged, (long) acknowledged + unanswered);
            assertThat(last).as(name).isGreaterThanOrEqualTo(revision);
            return last;
        }

        private static long revision(HttpResponse<String> answer) {
            return Long.parseLong(Api.json(answer).getString("revision"), 16);
        }
    }
}
