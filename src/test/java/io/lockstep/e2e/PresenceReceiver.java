package io.lockstep.e2e;

import io.lockstep.testing.Futures;
import io.lockstep.testing.WebhookReceiver;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody who is told who comes and goes, and remembers in which order; what is sent again counts once. */
final class PresenceReceiver implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, List<Event>> history = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final HttpServer server;

    PresenceReceiver() {
        this.server = Futures.await(vertx.createHttpServer(new HttpServerOptions())
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1"));
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (seen.add(request.getHeader("I-Twilio-Idempotency-Token"))) {
                Map<String, String> event = WebhookReceiver.decode(body.toString(StandardCharsets.UTF_8));
                history.computeIfAbsent(event.get("Identity"), it -> new CopyOnWriteArrayList<>())
                        .add(new Event(event.get("EventType").equals("endpoint_connected"), event.get("EndpointId")));
            }
            request.response().end();
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/presence";
    }

    /** What an identity's endpoints have done, in the order of arrival. */
    List<Event> of(String identity) {
        return history.getOrDefault(identity, List.of());
    }

    int count() {
        return seen.size();
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }

    /** An endpoint has come, or gone. */
    record Event(boolean connected, String endpointId) {

        @Override
        public String toString() {
            return (connected ? "+" : "-") + endpointId.substring(0, 4);
        }
    }
}
