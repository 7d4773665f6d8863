package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What somebody meets who has just built the jar and runs it. The tests of order 1 share a server, which that of order 2 ends. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstStartTest {

    private static final int SIGTERM_EXIT = 128 + 15;

    @AutoClose
    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(Map.of("LOCKSTEP_LOG_LEVEL", "debug"));
    }

    @Test
    @Order(1)
    void thePastedLineCreatesAService() throws Exception {
        assertThat(server.tryLine()).startsWith("curl -u \"" + server.accountSid() + ":" + server.authToken() + "\"");

        String answer = Programs.arePresent("curl")
                ? shell(server.tryLine() + " --silent --write-out '\\n%{http_code}'")
                : send(server.api().post("/v1/Services", "FriendlyName=First"));

        assertThat(answer).endsWith("\n201").contains("\"friendly_name\":\"First\"");
    }

    @Test
    @Order(1)
    void theKeyOfTheBannerWorks() {
        Api withKey = server.api().as(server.keySid(), server.keySecret());

        assertThat(withKey.get("/v1/Services").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(1)
    void healthIsUp() {
        assertThat(server.management().get("/health/live").statusCode()).isEqualTo(200);
        assertThat(server.management().get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(1)
    void metricsCountRequestsByRouteAndNameNoTenant() {
        String sid = Api.json(server.api().post("/v1/Services", "FriendlyName=Counted"))
                .getString("sid");
        server.api().get("/v1/Services/" + sid);
        String[] metrics = new String[1];
        Poll.until("both requests are counted", Duration.ofSeconds(5), () -> {
            metrics[0] = server.management().get("/metrics").body();
            return counted(metrics[0], "/v1/Services/:Sid", "200") && counted(metrics[0], "/v1/Services", "201");
        });

        assertThat(metrics[0]).doesNotContain(sid, server.accountSid(), server.keySid());
        assertThat(metrics[0]).doesNotContainPattern("[A-Z]{2}[0-9a-f]{32}");
    }

    @Test
    @Order(1)
    void secretsAreShownByTheBannerAndNoOtherLine() {
        server.api().get("/v1/Services?secret=in-a-query");

        List<String> lines = Stream.of(server.output(), server.errors())
                .flatMap(String::lines)
                .toList();
        assertThat(lines.stream().filter(line -> line.contains(server.authToken())))
                .hasSize(2)
                .allMatch(line -> line.startsWith("  Auth token ") || line.startsWith("  Try "));
        assertThat(lines.stream().filter(line -> line.contains(server.keySecret())))
                .hasSize(1)
                .allMatch(line -> line.startsWith("  API key "));
        assertThat(lines).noneMatch(line -> line.contains("in-a-query") || line.contains(masterKey()));
    }

    @Test
    @Order(2)
    void aSignalLetsTheRequestInFlightFinishAndTheNextStartHasItsRows() throws Exception {
        String token = server.authToken();
        ProcessHandle database = DatabaseProcess.find(server.dataDirectory()).orElseThrow();

        try (Socket client =
                new Socket(server.address().getHost(), server.address().getPort())) {
            String form = "FriendlyName=in-flight";
            write(client, head(form) + form.substring(0, 10));
            awaitTheOtherHalf();
            server.terminate();
            Poll.until(
                    "it is stopping",
                    Duration.ofSeconds(10),
                    () -> server.output().contains("stopping"));
            write(client, form.substring(10));

            assertThat(firstLine(client)).isEqualTo("HTTP/1.1 201 Created");
        }
        assertThat(server.awaitEnd()).isEqualTo(SIGTERM_EXIT);
        DatabaseProcess.awaitEnd(database);

        try (ServerProcess again = server.startAgain()) {
            Api api = new Api(again.address(), again.accountSid(), token);
            assertThat(again.accountSid()).isEqualTo(server.accountSid());
            assertThat(again.output() + again.errors()).doesNotContain(token);
            assertThat(again.tryLine()).contains("$LOCKSTEP_AUTH_TOKEN");
            assertThat(api.get("/v1/Services").body()).contains("\"in-flight\"");
        }
    }

    @Test
    @Order(3)
    void aSignalInTheMiddleOfAFirstStartLeavesNoDatabaseBehind() {
        try (ServerProcess starting = ServerProcess.launch(Map.of())) {
            Poll.until(
                    "its database runs",
                    Duration.ofSeconds(60),
                    () -> starting.output().contains("PostgreSQL started"));
            ProcessHandle database =
                    DatabaseProcess.find(starting.dataDirectory()).orElseThrow();

            assertThat(starting.stop()).isEqualTo(SIGTERM_EXIT);

            DatabaseProcess.awaitEnd(database);
            assertThat(starting.errors()).isEmpty();
        }
    }

    /** The head of a request has arrived when another connection, opened later, has been served. */
    private static void awaitTheOtherHalf() {
        assertThat(server.api().get("/v1/Services").statusCode()).isEqualTo(200);
    }

    private static String head(String form) {
        return "POST /v1/Services HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Authorization: " + server.api().authorization() + "\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + form.length() + "\r\n\r\n";
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String firstLine(Socket client) throws IOException {
        client.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static boolean counted(String metrics, String route, String status) {
        return metrics.lines()
                .anyMatch(line -> line.startsWith("lockstep_http_requests_seconds_count")
                        && line.contains("route=\"" + route + "\"")
                        && line.contains("status=\"" + status + "\""));
    }

    private static String masterKey() {
        try {
            return Files.readString(server.dataDirectory().resolve("master.key"))
                    .strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shell(String line) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", line).start();
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String send(HttpResponse<String> response) {
        return response.body() + "\n" + response.statusCode();
    }
}
