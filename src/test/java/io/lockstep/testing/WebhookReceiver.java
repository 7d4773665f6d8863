package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Somebody who is told webhooks, and answers each with 200 unless something else is prepared. */
public final class WebhookReceiver implements BeforeAllCallback, AfterAllCallback {

    private static final int PATIENCE = 20; // seconds

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Map<String, Queue<BiConsumer<Received, HttpServerRequest>>> prepared = new ConcurrentHashMap<>();
    private Vertx vertx;
    private HttpServer server;

    @Override
    public void beforeAll(ExtensionContext context) {
        vertx = Vertx.vertx();
        server = await(vertx.createHttpServer().requestHandler(this::receive).listen(0, "127.0.0.1"));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        await(vertx.close());
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String text = body.toString(StandardCharsets.UTF_8);
            Received webhook = new Received(request.path(), Map.copyOf(headers(request)), text, decode(text));
            received.add(webhook);
            Queue<BiConsumer<Received, HttpServerRequest>> answers = prepared.get(request.path());
            BiConsumer<Received, HttpServerRequest> answer = answers == null ? null : answers.poll();
            if (answer == null) {
                request.response().end("thank you");
            } else {
                answer.accept(webhook, request);
            }
        });
    }

    /** How the next webhooks to a path are answered. */
    public void prepare(String path, int times, Consumer<HttpServerRequest> answer) {
        prepare(path, times, (webhook, request) -> answer.accept(request));
    }

    /** The same where that depends on the webhook. */
    public void prepare(String path, int times, BiConsumer<Received, HttpServerRequest> answer) {
        prepared.computeIfAbsent(path, key -> new ConcurrentLinkedQueue<>()).addAll(Collections.nCopies(times, answer));
    }

    /** How the next one is. */
    public void prepare(String path, Consumer<HttpServerRequest> answer) {
        prepare(path, 1, answer);
    }

    /** An answer. */
    public static Consumer<HttpServerRequest> status(int status) {
        return request -> request.response().setStatusCode(status).end("status " + status);
    }

    /** No answer, on a connection that stays. */
    public static void hang(HttpServerRequest request) {}

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(), header.getValue()));
        return headers;
    }

    /** The parameters of a form. */
    public static Map<String, String> decode(String form) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    /** The next webhook, in the order of arrival. */
    public Received next() {
        try {
            Received next = received.poll(PATIENCE, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no webhook in " + PATIENCE + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Those that have come and were not asked for yet. */
    public List<Received> rest() {
        List<Received> rest = new ArrayList<>();
        received.drainTo(rest);
        return rest;
    }

    /** A webhook; header names in lower case. */
    public record Received(String path, Map<String, String> headers, String body, Map<String, String> parameters) {

        public String event() {
            return parameters.get("EventType");
        }
    }
}
