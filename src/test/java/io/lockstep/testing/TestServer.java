package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.lockstep.app.Administration;
import io.lockstep.app.Administration.Tools;
import io.lockstep.app.Application;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.config.Config;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A whole server in this JVM, on the test database, and an HTTP client for it. */
public final class TestServer implements BeforeAllCallback, AfterAllCallback {

    /** Of every server of this JVM, for they share a database. */
    private static final String MASTER_KEY =
            Base64.getEncoder().encodeToString("the master key of all our tests!".getBytes(StandardCharsets.US_ASCII));

    private final Map<String, String> settings;
    private final HttpClient client = HttpClient.newHttpClient();
    private int users;
    private Application application;
    private Issued account;

    /** With settings beside those that every test server has. */
    public TestServer(Map<String, String> settings) {
        this.settings = settings;
    }

    public TestServer() {
        this(Map.of());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (users++ == 0) { // else a nested class of one that has it already
            start();
        }
    }

    /** Starts it, where the test class does not do so by itself. */
    public void start() {
        application = await(Application.start(config()));
        account = newAccount();
    }

    private Config config() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "LOCKSTEP_PORT", "0",
                "LOCKSTEP_MANAGEMENT_PORT", "0",
                "LOCKSTEP_ACCESS_LOG", "off",
                "LOCKSTEP_DATABASE_URL", TestDatabase.urlForServers(),
                "LOCKSTEP_DATABASE_POOLER", TestDatabase.pooler().name(),
                "LOCKSTEP_MASTER_KEY", MASTER_KEY,
                "LOCKSTEP_WEBHOOK_PRIVATE_ADDRESSES", "allow"));
        environment.putAll(settings);
        return Config.from(environment);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--users == 0) {
            stop();
        }
    }

    /** Stops it, as a signal does. */
    public void stop() {
        await(application.stop());
    }

    /** What an operator does at the command line; also while the server is not running. */
    public <T> T administer(Function<Tools, Future<T>> command) {
        return await(Administration.run(config(), command));
    }

    public Issued newAccount() {
        return administer(tools -> tools.administration().createAccount("test"));
    }

    /** The account of requests that name no other. */
    public Issued account() {
        return account;
    }

    public int port() {
        return application.port();
    }

    public int managementPort() {
        return application.managementPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public Answer get(String path) {
        return send(as(account, request(path)).GET());
    }

    public Answer delete(String path) {
        return send(as(account, request(path)).DELETE());
    }

    /** A form's names and values, in pairs. */
    public Answer post(String path, String... form) {
        return send(as(account, postForm(path, encode(form))));
    }

    public HttpRequest.Builder postForm(String path, String body) {
        return request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
    }

    public static HttpRequest.Builder as(Issued who, HttpRequest.Builder request) {
        return request.setHeader("Authorization", basic(who.sid() + ":" + who.secret()));
    }

    public static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public static String encode(String... form) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < form.length; i += 2) {
            body.append(i == 0 ? "" : "&")
                    .append(form[i])
                    .append('=')
                    .append(URLEncoder.encode(form[i + 1], StandardCharsets.UTF_8));
        }
        return body.toString();
    }

    /** A response, with its body as JSON. */
    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        public JsonObject json() {
            return new JsonObject(response.body());
        }

        /** The error body's code. */
        public int code() {
            return json().getInteger("code");
        }
    }
}
