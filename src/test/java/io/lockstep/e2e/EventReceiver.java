package io.lockstep.e2e;

import io.lockstep.testing.Futures;
import io.lockstep.testing.WebhookReceiver;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Somebody who is told of documents, and remembers in which order. */
final class EventReceiver implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, List<Long>> arrivals = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;

    /**
     * @param answer to each, on one event loop
     */
    EventReceiver(Consumer<HttpServerRequest> answer) {
        this.server = Futures.await(vertx.createHttpServer()
                .requestHandler(request -> receive(request, answer))
                .listen(0, "127.0.0.1"));
    }

    private void receive(HttpServerRequest request, Consumer<HttpServerRequest> answer) {
        request.body().onSuccess(body -> {
            Map<String, String> event = WebhookReceiver.decode(body.toString(StandardCharsets.UTF_8));
            requests.incrementAndGet();
            if (event.containsKey("DocumentUniqueName")) {
                arrivals.computeIfAbsent(event.get("DocumentUniqueName"), name -> new CopyOnWriteArrayList<>())
                        .add(Long.parseLong(event.get("DocumentRevision"), 16));
            }
            answer.accept(request);
        });
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    Vertx vertx() {
        return vertx;
    }

    /** The revisions of each document, by its name, in the order of arrival. */
    Map<String, List<Long>> arrivals() {
        return arrivals;
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
