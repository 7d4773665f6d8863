package io.lockstep.rest;

import static io.lockstep.testing.TestServer.basic;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that are too long, too slow or no HTTP at all. */
class HttpLimitsTest {

    private static final String POST = "POST /v1/Services HTTP/1.1\r\nHost: x\r\n";

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of(
            "LOCKSTEP_REQUEST_TIMEOUT", "400ms",
            "LOCKSTEP_IDLE_TIMEOUT", "700ms",
            "LOCKSTEP_MAX_BODY_SIZE", "2048"));

    @Test
    void whatIsNoHttpIsRefused() {
        assertThat(RawHttp.exchange(server.port(), "nonsense\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 400.*")
                .contains("\"code\":400");
    }

    @Test
    void aLineThatIsTooLongIsRefused() {
        assertThat(RawHttp.exchange(server.port(), "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 414.*")
                .contains("\"code\":414");
    }

    @Test
    void tooManyHeadersAreRefused() {
        assertThat(RawHttp.exchange(
                        server.port(), "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(40_000) + "\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 431.*")
                .contains("\"code\":431");
    }

    @Test
    void aBodyThatDoesNotArriveInTimeIsRefusedAndTheConnectionClosed() {
        assertThat(RawHttp.exchange(server.port(), POST + authorization() + "Content-Length: 100\r\n\r\nFriendly"))
                .startsWith("HTTP/1.1 408")
                .contains("\"code\":408");
    }

    @Test
    void anEndlessBodyIsRefusedAndTheConnectionClosed() {
        String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";

        assertThat(RawHttp.exchange(
                        server.port(),
                        POST + authorization() + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk))
                .startsWith("HTTP/1.1 413")
                .contains("\"code\":20413");
    }

    @Test
    void aStrangersBodyIsNotReadBeforeHeIsRefused() {
        assertThat(RawHttp.exchange(server.port(), POST + "Content-Length: 1000000\r\n\r\n"))
                .startsWith("HTTP/1.1 401");
    }

    @Test
    void aSmallBodyThatIsNotWantedLeavesTheConnectionUsable() {
        String refused = POST + "Content-Length: 5\r\n\r\nA=B&C";
        String next = "GET /v1/Services HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + authorization() + "\r\n";

        assertThat(RawHttp.exchange(server.port(), refused + next))
                .startsWith("HTTP/1.1 401")
                .contains("HTTP/1.1 200");
    }

    @Test
    void aHeadThatTricklesInIsNotWaitedFor() throws IOException {
        assertThat(timeUntilClosed("GET / HTTP/1.1\r\nHost: x\r\n", true)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aSilentConnectionIsClosed() throws IOException {
        assertThat(timeUntilClosed("", false)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void anIdleConnectionIsClosedAfterItsRequest() throws IOException {
        Duration waited = timeUntilClosed("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n", false);

        assertThat(waited).isBetween(Duration.ofMillis(500), Duration.ofSeconds(3));
    }

    /** Sends a beginning, and then, if asked to, a header's byte now and again, until the server hangs up. */
    private static Duration timeUntilClosed(String beginning, boolean trickle) throws IOException {
        Instant start = Instant.now();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(trickle ? 100 : 10_000);
            socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
            while (Duration.between(start, Instant.now()).toSeconds() < 10) {
                try {
                    if (socket.getInputStream().read() < 0) {
                        break;
                    }
                } catch (java.net.SocketTimeoutException e) {
                    socket.getOutputStream().write('x');
                }
            }
        } catch (java.net.SocketException closed) {
            // that is what is waited for
        }
        return Duration.between(start, Instant.now());
    }

    private static String authorization() {
        return "Authorization: "
                + basic(server.account().sid() + ":" + server.account().secret()) + "\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n";
    }
}
