package io.lockstep.webhook;

import io.lockstep.store.WebhookRepository.Delivery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Makes one attempt to send a webhook (webhooks.md section 2). */
final class WebhookSender {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5); // webhooks.md section 6
    private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(15);
    private static final int CONNECTIONS_PER_RECEIVER = 16;
    private static final String FORM = "application/x-www-form-urlencoded; charset=UTF-8";
    private static final String TOKEN = "I-Twilio-Idempotency-Token";

    private final HttpClient client;

    WebhookSender(Vertx vertx) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) CONNECT_TIMEOUT.toMillis()),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_RECEIVER));
    }

    /** The status that the receiver answered with; what it says beside that is dropped. */
    Future<Integer> send(String url, Delivery delivery) {
        return Future.succeededFuture(delivery)
                .map(it -> options(url, it))
                .compose(client::request)
                .compose(request -> exchange(request, Buffer.buffer(encode(delivery.parameters()))));
    }

    private static RequestOptions options(String url, Delivery delivery) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(withoutFragment(url))
                .setFollowRedirects(false)
                .putHeader(HttpHeaders.CONTENT_TYPE, FORM)
                .putHeader(HttpHeaders.ACCEPT, "*/*")
                .putHeader(TOKEN, delivery.token().toString());
    }

    /** An answer that never ends is cut off in the end. */
    private static Future<Integer> exchange(HttpClientRequest request, Buffer form) {
        return request.send(form)
                .compose(response -> response.end().map(ended -> response.statusCode()))
                .timeout(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(cause -> request.reset());
    }

    /** What is behind the # says how to connect, and is not for the receiver. */
    private static String withoutFragment(String url) {
        int fragment = url.indexOf('#');
        return fragment < 0 ? url : url.substring(0, fragment);
    }

    private static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    Future<Void> close() {
        return client.close();
    }
}
