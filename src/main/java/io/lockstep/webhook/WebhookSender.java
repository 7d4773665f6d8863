package io.lockstep.webhook;

import io.lockstep.config.WebhookConfig;
import io.lockstep.error.Timeouts;
import io.lockstep.model.Sid;
import io.lockstep.store.WebhookRepository.Attempt;
import io.lockstep.store.WebhookRepository.Delivery;
import io.lockstep.store.WebhookRepository.Target;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes attempts to send webhooks (webhooks.md sections 2 and 6). The address that was judged is the one that is connected
 * to, whatever the name of the host leads to a moment later.
 */
final class WebhookSender {

    private static final String FORM = "application/x-www-form-urlencoded; charset=UTF-8";
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(4); // common servers close theirs after five
    private static final int MAX_RESPONSE = 65_536; // bytes; more is not waited for
    private static final int MAX_HEADERS = 16_384; // bytes

    private final Vertx vertx;
    private final boolean privateAddresses;
    private final Signer signer;
    private final HttpClient client;

    WebhookSender(Vertx vertx, WebhookConfig config, Signer signer) {
        this.vertx = vertx;
        this.privateAddresses = config.privateAddresses();
        this.signer = signer;
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                .setMaxHeaderSize(MAX_HEADERS);
        if (config.caFile() != null) {
            options.setTrustOptions(
                    new PemTrustOptions().addCertPath(config.caFile().toString()));
        }
        this.client =
                vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(config.connectionsPerReceiver()));
    }

    /** Makes one; never fails. */
    Future<Sent> send(Sid service, Target target, WebhookTarget receiver, Delivery delivery, Duration limit) {
        return new Exchange(service, target, receiver, delivery, limit).run();
    }

    Future<Void> close() {
        return client.close();
    }

    private static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** One attempt. */
    private final class Exchange {

        private final Sid service;
        private final Target target;
        private final WebhookTarget receiver;
        private final Delivery delivery;
        private final Duration limit;
        private final long begin = System.nanoTime();
        private final Buffer form;
        private @Nullable HttpClientRequest request;
        private boolean connected;
        private boolean over;

        Exchange(Sid service, Target target, WebhookTarget receiver, Delivery delivery, Duration limit) {
            this.service = service;
            this.target = target;
            this.receiver = receiver;
            this.delivery = delivery;
            this.limit = limit;
            this.form = Buffer.buffer(encode(delivery.parameters()));
        }

        Future<Sent> run() {
            Future<Answer> answer = Future.succeededFuture()
                    .compose(ignored -> address())
                    .compose(address -> PublicAddresses.isPublic(address) || privateAddresses
                            ? answer(address)
                            : Future.failedFuture(new PrivateAddressException()));
            return Timeouts.within(vertx, limit, answer)
                    .map(this::judged)
                    .recover(cause -> Future.succeededFuture(failed(cause)))
                    .onComplete(ignored -> end());
        }

        /** What has not ended by now is not waited for. */
        private void end() {
            over = true;
            if (request != null) {
                request.reset();
            }
        }

        private Future<InetAddress> address() {
            InetAddress literal = NetUtil.createInetAddressFromIpAddressString(receiver.host());
            return literal == null
                    ? ((VertxInternal) vertx)
                            .nameResolver()
                            .resolve(receiver.host())
                            .recover(cause -> Future.failedFuture(new UnknownNameException(cause)))
                    : Future.succeededFuture(literal);
        }

        /** Credentials are sent to a receiver that asks for them. A connection that had been closed is made anew, once. */
        private Future<Answer> answer(InetAddress address) {
            return exchange(address, null)
                    .recover(cause -> cause instanceof HttpClosedException && !over
                            ? exchange(address, null)
                            : Future.failedFuture(cause))
                    .compose(answer ->
                            answer.status() == 401 && answer.asksForPassword() && receiver.authorization() != null
                                    ? exchange(address, receiver.authorization())
                                    : Future.succeededFuture(answer));
        }

        private Future<Answer> exchange(InetAddress address, @Nullable String authorization) {
            connected = false;
            return client.request(options(address, authorization)).compose(begun -> {
                connected = true;
                request = begun;
                if (over) { // the connection took too long
                    begun.reset();
                    return Future.failedFuture(new TimeoutException());
                }
                return begun.idleTimeout(receiver.overrides().readTimeout().toMillis())
                        .send(form)
                        .compose(this::read);
            });
        }

        private RequestOptions options(InetAddress address, @Nullable String authorization) {
            MultiMap headers = signer.headers(
                    service, target, receiver.signedUrl(), delivery.sid(), delivery.parameters(), form.getBytes());
            headers.add(HttpHeaders.CONTENT_TYPE, FORM)
                    .add(HttpHeaders.ACCEPT, "*/*")
                    .add(HttpHeaders.USER_AGENT, "Lockstep");
            if (authorization != null) {
                headers.add(HttpHeaders.AUTHORIZATION, authorization);
            }
            return new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setServer(SocketAddress.inetSocketAddress(receiver.port(), address.getHostAddress()))
                    .setHost(receiver.host())
                    .setPort(receiver.port())
                    .setSsl(receiver.ssl())
                    .setURI(receiver.requestUri())
                    .setFollowRedirects(false)
                    .setConnectTimeout(receiver.overrides().connectTimeout().toMillis())
                    .setHeaders(headers);
        }

        private Future<Answer> read(HttpClientResponse response) {
            Promise<Answer> read = Promise.promise();
            Buffer body = Buffer.buffer();
            response.handler(chunk -> {
                body.appendBuffer(chunk);
                if (body.length() > MAX_RESPONSE) {
                    read.tryComplete(Answer.of(response, body));
                }
            });
            response.exceptionHandler(read::tryFail);
            response.endHandler(ended -> {
                request = null;
                read.tryComplete(Answer.of(response, body));
            });
            return read.future();
        }

        private Sent judged(Answer answer) {
            return new Sent(
                    new Attempt(answer.status(), latency(), answer.text()),
                    Failures.of(answer.status()),
                    answer.retryAfter());
        }

        private Sent failed(Throwable cause) {
            return new Sent(new Attempt(null, latency(), null), Failures.of(cause, connected), null);
        }

        private Duration latency() {
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }

    /** The name of a host leads nowhere. */
    static final class UnknownNameException extends RuntimeException {

        UnknownNameException(Throwable cause) {
            super(cause);
        }
    }

    /** The name of a host leads where nobody may be sent. */
    static final class PrivateAddressException extends RuntimeException {}
}
